/**
 * What a party is found by: terms that what is typed must begin with, folded, each with its rank among the answers.
 * tests/db/customers-search.test.ts says what people type and whom they mean.
 */
import { foldForSearch } from "./search";

/** The better answers first: the customer's number, the name from its beginning, its other words, then addresses. */
export const RANKS = { number: 0, name: 1, word: 2, contact: 3 } as const;

export type Term = readonly [rank: number, term: string];

type Known = {
  name: string;
  number: string | null;
  contacts: readonly { kind: string; value: string; normalizedValue: string; postal: { postcode: string; city: string } | null }[];
};

/** Longer ones are cut; nobody types so much to find somebody. An index of PostgreSQL must hold it whole, too. */
const LONGEST = 120;
const MOST_WORDS = 8;

export function searchTerms({ name, number, contacts }: Known): Term[] {
  const found = new Map<string, number>();
  const add = (rank: number, text: string) => {
    const term = text.slice(0, LONGEST);
    if (term && (found.get(term) ?? 9) > rank) found.set(term, rank);
  };
  if (number) for (const term of numberTerms(foldForSearch(number))) add(RANKS.number, term);
  // Each word once at the beginning and the others behind it: "kinga nowak" and "nowak kinga" are one look each.
  const words = foldForSearch(name).split(" ").filter(Boolean).slice(0, MOST_WORDS);
  for (const [i] of words.entries()) add(i === 0 ? RANKS.name : RANKS.word, [...words.slice(i), ...words.slice(0, i)].join(" "));
  for (const word of words) for (const part of parts(word)) add(RANKS.word, part);
  for (const contact of contacts) for (const term of contactTerms(contact)) add(RANKS.contact, term);
  return [...found].map(([term, rank]) => [rank, term]);
}

/** As it stands, and its digits: of K-118110 people remember 118110. */
function numberTerms(number: string): string[] {
  const digits = number.replace(/^\D+/, "");
  return [number, ...(digits.length > 2 && digits !== number ? [digits] : [])];
}

/** Of kowalska-nowak the part that stands behind, of o'brien also obrien. */
function parts(word: string): string[] {
  const pieces = word.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return pieces.join("") === word ? [] : [...pieces.slice(1), pieces.join("")];
}

function contactTerms({ kind, value, normalizedValue, postal }: Known["contacts"][number]): string[] {
  if (kind === "email") {
    const address = foldForSearch(value);
    const at = address.lastIndexOf("@");
    const behind = [...address.slice(0, at).matchAll(/[._+-](?=[^._+-])/g)].map(({ index }) => address.slice(index + 1));
    return [address, ...behind, address.slice(at + 1)];
  }
  if (kind === "phone") return phoneTerms(value, normalizedValue);
  // Streets are left out: nobody is remembered by one, and they would be as many again.
  return postal ? [foldForSearch(postal.city), foldForSearch(postal.postcode)] : [];
}

/** With the country's code, and as it is dialled within the country; what stands for "outside" (00, 0) is left out. */
function phoneTerms(value: string, normalized: string): string[] {
  const full = normalized.replace(/\D/g, "").replace(/^0+/, "");
  const written = value.replace(/\D/g, "").replace(/^0+/, "");
  const national = /^\+/.test(normalized) ? CALLING_CODE.exec(full) : null;
  return [full, written, ...(national ? [full.slice(national[0].length)] : [])];
}

/** Calling codes are prefix-free (ITU-T E.164): two digits, but one for zones 1 and 7, and three where the second says so. */
const CALLING_CODE = /^(?:1|7|2(?:0|7)|3(?:[0-469])|4(?:[013-9])|5(?:[1-8])|6(?:[0-6])|8(?:[1246])|9(?:[0-58])|\d{3})/;

/** What is looked for: each of these must begin one of the terms. */
export function searchedFor(question: string): string[] {
  const digits = phoneDigits(question);
  if (digits) return [digits];
  return [...new Set(foldForSearch(question).split(" ").map((word) => word.replace(/^@/, "")).filter(Boolean))].slice(0, MOST_WORDS).map((word) => word.slice(0, LONGEST));
}

function phoneDigits(question: string): string | null {
  const trimmed = question.trim();
  // Numbers of customers are digits, too: with nothing between them they stay as they are.
  if (/^\d+$/.test(trimmed) && !trimmed.startsWith("0")) return null;
  if (!/^\+?[\d\s()./-]+$/.test(trimmed)) return null;
  const digits = trimmed.replace(/\D/g, "").replace(/^0+/, "");
  return digits.length >= 4 ? digits : null;
}
