import { expect, test } from "vitest";

import { GMAIL_CLIP_BYTES, lintMailing, type Lintable } from "./lint";

const fine: Lintable = {
  locale: "en",
  content: { subject: "S", fields: { heading: "H" } },
  preheader: "P",
  html: "<p>{{ rapport.unsubscribe }}</p>",
  links: [{}],
  tags: [],
  imagesWithoutAlt: 0,
  problems: [],
};
const fields = [{ key: "heading", type: "text", required: true }] as const;
const rules = (change: Partial<Lintable>, empty = {}) => lintMailing({ ...fine, ...change }, fields, empty).map(({ rule, level }) => `${rule} ${level}`);

test.each<[string, Partial<Lintable>, string[]]>([
  ["nothing to mend", {}, []],
  ["no subject", { content: { subject: " ", fields: { heading: "H" } } }, ["no_subject blocker"]],
  ["no preview line", { preheader: "" }, ["no_preheader warning"]],
  ["an empty field that is needed", { content: { subject: "S", fields: {} } }, ["required_field blocker"]],
  ["no way to unsubscribe", { html: "<p></p>" }, ["no_unsubscribe blocker"]],
  ["a link that leads nowhere", { problems: [{ kind: "bad_url", field: "heading", found: "x" }] }, ["bad_url blocker"]],
  ["a picture without words", { imagesWithoutAlt: 1 }, ["image_without_alt warning"]],
  ["nothing to click", { links: [] }, ["no_link warning"]],
  ["just what Gmail shows", { html: fine.html.padEnd(GMAIL_CLIP_BYTES, "x") }, []],
  ["one byte more", { html: fine.html.padEnd(GMAIL_CLIP_BYTES + 1, "x") }, ["clipped warning"]],
  ["bytes, not letters", { html: fine.html + "ж".repeat(GMAIL_CLIP_BYTES / 2) }, ["clipped warning"]],
])("%s", (_name, change, found) => {
  expect(rules(change)).toEqual(found);
});

test("a value that readers lack is said once, with one of them, unless there is a fallback", () => {
  const empty = { "customer.city": { count: 3, example: "Anna" } };
  const tag = { path: "customer.city", fallback: null, filters: [] } as const;
  expect(lintMailing({ ...fine, tags: [{ ...tag, filters: [] }, { ...tag, filters: [] }] }, fields, empty)).toEqual([
    { rule: "empty_value", level: "warning", locale: "en", values: { tag: "customer.city", count: 3, example: "Anna" } },
  ]);
  expect(rules({ tags: [{ ...tag, filters: [], fallback: "there" }] }, empty)).toEqual([]);
  expect(rules({ tags: [{ ...tag, filters: [] }] }, {})).toEqual([]);
});
