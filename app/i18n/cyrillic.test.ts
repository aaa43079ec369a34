import fc from "fast-check";
import { createTranslator } from "use-intl";
import { expect, test } from "vitest";

import { cyrillicMessage, toCyrillic } from "./cyrillic";
import type { Locale } from "./locales";
import { messagesOf } from "./messages.server";
import en from "./messages/en";
import { transliterate } from "./transliterate";

test.each([
  ["Porudžbina je na putu", "Поруџбина је на путу"],
  ["Njegoš, NJEGOŠ, njegov", "Његош, ЊЕГОШ, његов"],
  ["Ljubav i LJUBAV", "Љубав и ЉУБАВ"],
  ["Đorđe Džajić", "Ђорђе Џајић"],
  ["Injekcija, konjunkcija i nadživeti", "Инјекција, конјункција и надживети"],
  ["Uvezite CSV ili JSON preko SendGrid", "Увезите CSV или JSON преко SendGrid"],
  ["Pišite na ana@example.com ili https://shop.example.com/pomoc", "Пишите на ana@example.com или https://shop.example.com/pomoc"],
  ["datoteka kupci.csv", "датотека kupci.csv"],
  ["Pritisnite Ctrl K", "Притисните Ctrl К"],
  ["Sony Xperia", "Sony Xperia"],
])("%s → %s", (latin, cyrillic) => {
  expect(transliterate(latin)).toBe(cyrillic);
});

test.each([
  ["Zdravo, {name}!", "Здраво, {name}!"],
  ["Pišite na <mail>{email}</mail>.", "Пишите на <mail>{email}</mail>."],
  ["{count, plural, one {# kupac} few {# kupca} other {# kupaca}}", "{count, plural, one {# купац} few {# купца} other {# купаца}}"],
  ["{n, plural, =0 {ništa} other {{n, number} od {max}}} spremno", "{n, plural, =0 {ништа} other {{n, number} од {max}}} спремно"],
  ["{state, select, open {otvoreno} other {zatvoreno}}", "{state, select, open {отворено} other {затворено}}"],
  ["Rok: {at, date, short}", "Рок: {at, date, short}"],
  ["oznaka '{ime}' i <b>ime</b>", "ознака '{ime}' и <b>име</b>"],
])("grammar stays, words change: %s", (latin, cyrillic) => {
  // Mutant: transliterating the whole text turns {name} into {наме}.
  expect(cyrillicMessage(latin)).toBe(cyrillic);
});

test("whatever it is given, it ends, and keeps every brace", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("{", "}", "<b>", "a", "nj", " ", "'", ",", "plural", "#", "x") }), (text) => {
      expect(cyrillicMessage(text).replace(/[^{}]/g, "").length).toBeLessThanOrEqual(text.replace(/[^{}]/g, "").length + 1);
    }),
  );
});

type Leaf = [path: string, text: string];
const leaves = (tree: object, path = ""): Leaf[] =>
  Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[`${path}${key}`, value] as Leaf] : leaves(value as object, `${path}${key}.`)));

const LOCALES = ["pl", "sr-Latn", "sr-Cyrl"] as const;
const english = new Map(leaves(en));

/** The arguments and tags a message speaks of; the one-word branch of a plural is neither. */
const speaksOf = (message: string) => new Set([...message.matchAll(/(?<!\b(?:zero|one|two|few|many|other) |=\d+ )\{\s*(\w+)\s*[,}]|<(\w+)>/g)].map((m) => m[1] ?? `<${m[2]}>`).filter((name) => !/^\d/.test(name)));

test.each(LOCALES)("every message of %s has the arguments of the English one, and is well formed", (locale) => {
  const broken: string[] = [];
  for (const [path, text] of leaves(messagesOf(locale))) {
    const [mine, theirs] = [speaksOf(text), speaksOf(english.get(path) ?? "")];
    const strange = [...mine].filter((name) => !theirs.has(name));
    if (strange.length) broken.push(`${path}: ${strange.join(", ")} not in English`);
    const fault = faultOf(locale, text);
    if (fault) broken.push(`${path}: ${fault}`);
  }
  expect(broken).toEqual([]);
});

/** What use-intl says against a message, or null. */
function faultOf(locale: Locale, text: string): string | null {
  let fault: string | null = null;
  const t = createTranslator({
    locale,
    messages: { m: text },
    onError: (error) => {
      if (error.code === "INVALID_MESSAGE") fault = error.message;
    },
  }) as { raw(key: string): string } & ((key: string, values?: object) => string);
  t("m", {});
  return fault;
}

test("the check of messages sees a message that is not well formed", () => {
  expect(faultOf("en", "{count, plural, one {x}")).not.toBeNull();
});

test("no Latin word is left in Cyrillic but arguments, tags, addresses and names", () => {
  const left = leaves(toCyrillic(messagesOf("sr-Latn")))
    .map(([path, text]) => [path, text.replace(/\{\s*\w+\s*(,\s*\w+\s*,?)?|\b(one|few|many|other|=\d)\s*\{|<\/?\w+>/g, " ")] as Leaf)
    .filter(([, text]) => /\b[a-pr-vz]{4,}\b/.test(text.replace(/\S*[@.:/]\S*/g, "")));
  expect(left.map(([path, text]) => `${path}: ${text}`).slice(0, 20)).toEqual([]);
});
