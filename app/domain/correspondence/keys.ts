/**
 * By what a mail is known again, however it comes. Copies of one mail differ: servers put other Message-IDs, companies add
 * a line below. Two mails by the same person with the same few words are two. So a copy is known by its Message-ID with
 * its writer and second, or, with another one or none, by all that its writer made in that second.
 */
import { createHash } from "node:crypto";

import { normalizeEmail } from "../customers/contact";
import { foldForSearch } from "../customers/search";
import { bareSubject, withoutQuotation } from "./reply-text";
import type { Told } from "./told-mail";

export type Keys = { exact: string[]; words: string };

export function keysOf(told: Pick<Told, "messageId" | "from" | "recipients" | "subject" | "text" | "at" | "isRetold">): Keys {
  const from = normalizeEmail(told.from?.address ?? "");
  const second = String(Math.floor(told.at / 1000));
  const to = told.recipients.map(({ address }) => normalizeEmail(address)).toSorted().join(" ");
  const whole = hashOf("whole", from, second, to, told.subject, bare(told.text));
  const exact = told.isRetold ? [] : [...(told.messageId === null ? [] : [hashOf("id", told.messageId, from, second)]), whole];
  return { exact, words: hashOf("words", from, foldForSearch(bareSubject(told.subject)), bare(withoutQuotation(told.text)).slice(0, 400)) };
}

/** Letters and digits: forwarding breaks lines, marks addresses and loses signs. */
function bare(text: string): string {
  return foldForSearch(text).replace(/[^\p{L}\p{N}]+/gu, "");
}

function hashOf(...parts: string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}\n`);
  return hash.digest("base64url");
}
