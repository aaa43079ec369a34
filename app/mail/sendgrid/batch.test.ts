import { expect, test } from "vitest";

import { mailOf } from "../parcel";
import { aMergedParcel, SAMPLE } from "../../../tests/support/line";
import { batchTemplate, personalization, requestBody } from "./batch";

type Sent = {
  personalizations: { to: { email: string; name?: string }[]; subject: string; headers: Record<string, string>; substitutions: Record<string, string>; custom_args: Record<string, string> }[];
  content: { type: string; value: string }[];
  subject: string;
};

/** What SendGrid does with keys: each is replaced wherever it stands, one after another. */
function asReceived(sent: Sent, i: number) {
  const { substitutions, subject, headers } = sent.personalizations[i]!;
  const put = (text: string) => Object.entries(substitutions).reduce((all, [key, value]) => all.split(key).join(value), text);
  return { subject: put(subject), text: put(sent.content[0]!.value), html: put(sent.content[1]!.value), headers };
}

const write = (parcels: ReturnType<typeof aMergedParcel>[]): Sent => {
  const template = batchTemplate(SAMPLE);
  return JSON.parse(requestBody(template, parcels.map((parcel) => personalization(template, parcel)!)).join("")) as Sent;
};

// Mutant: put values in without `escapeHtml`.
test("each recipient gets what a mail of their own would say", () => {
  const names = ["Anna", 'O\'Hara "Ana" <b>&amp;</b>', "Žofia\u2028Łęcka", "two\nlines", "", "\\\\ \" \u0001 😀", "$& $1 {{first_name}}", "%7B"];
  const parcels = names.map((name, i) => aMergedParcel({ values: [`token-${i}`, name] }));
  const sent = write(parcels);
  expect(sent.personalizations).toHaveLength(names.length);
  parcels.forEach((parcel, i) => {
    const { subject, html, text, headers } = mailOf(parcel);
    expect(asReceived(sent, i)).toEqual({
      subject, html, text,
      headers: { "Message-ID": `<${parcel.messageId}>`, ...Object.fromEntries(headers.map((header) => [header.name, header.value])) },
    });
  });
});

// Mutant: keys that can be guessed (`batchTemplate(template, "key")` as the default).
test("a value that looks like a key of another mailing, or of this one's past, stays what it is", () => {
  const before = batchTemplate(SAMPLE).keys.map(({ key }) => key).join(" ");
  const parcel = aMergedParcel({ values: ["token", before] });
  const sent = write([parcel]);
  expect(asReceived(sent, 0).text).toBe(mailOf(parcel).text);
  expect(sent.content[0]!.value).not.toContain(before.split(" ")[0]);
});

test("nothing of ours but the opaque id goes along, and values too long for a batch do not", () => {
  const parcel = aMergedParcel({ to: { name: "Anna Nowak", address: "anna@example.com" } });
  expect(write([parcel]).personalizations[0]!.custom_args).toEqual({ rapport_id: parcel.publicId });
  const template = batchTemplate(SAMPLE);
  expect(personalization(template, aMergedParcel({ values: ["token", "ą".repeat(5_000)] }))).toBeNull();
  expect(personalization(template, aMergedParcel({ values: ["token", "a".repeat(4_000)] }))).toMatchObject({ custom_args: {} });
});
