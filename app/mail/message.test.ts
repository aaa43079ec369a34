import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";

import { aParcel } from "../../tests/support/line";
import { mailbox, unstructured } from "./header-text";
import { MessageBuffer, writeMessage } from "./message.server";
import { mailOf } from "./parcel";
import { encodeQuotedPrintable } from "./quoted-printable";
import type { MailTemplate, Parcel, Slotted } from "./transport";

const text = fc.string({ unit: fc.oneof(fc.constantFrom(" ", ".", "=", "\t", "F", "From ", "\n", "ž", "🎁", "<", "&", '"'), fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 })), maxLength: 60 });
const line = text.map((t) => t.replace(/[\u0000-\u001f\u007f\u2028\u2029\u0080-\u009f]/g, " ").trim());
const slotted = (places: number): fc.Arbitrary<Slotted> =>
  fc.array(fc.nat(places - 1), { maxLength: 6 }).chain((slots) =>
    fc.array(text, { minLength: slots.length + 1, maxLength: slots.length + 1 }).map((parts) => ({ parts, slots })));
const whole = (value: string): Slotted => ({ parts: [value], slots: [] });

const template = (parts: Partial<MailTemplate>): MailTemplate => ({
  key: "k", from: { name: "Shop", address: "shop@example.com" }, replyTo: null, subject: whole("S"), html: whole("<p>H</p>"), text: whole("T"), headers: [], ...parts,
});
const merged = (given: MailTemplate, values: string[], name = "Anna"): Parcel => ({
  deliveryId: 1, publicId: "p", messageId: "m@example.com", returnPath: "shop@example.com", to: { name, address: "anna@example.com" }, date: new Date(0),
  kind: "merged", template: given, values,
});

/** Control characters other than line breaks and tabs do not survive any mail. */
const normal = (body: string) => body.replace(/\r\n|\r|\n/g, "\n").trimEnd();

describe("a merged mail", () => {
  test("reads as its parts filled in, whatever they are, and no line breaks a rule of the wire", async () => {
    await fc.assert(
      fc.asyncProperty(slotted(3), slotted(3), fc.array(text, { minLength: 3, maxLength: 3 }), line, line, async (html, plain, values, subject, name) => {
        const parcel = merged(template({ html, text: plain, subject: whole(subject) }), values, name);
        const bytes = writeMessage(parcel);
        for (const written of bytes.toString("latin1").split("\r\n")) {
          expect(written.length).toBeLessThanOrEqual(120);
          expect(written).not.toMatch(/^\.|[\r\n]|[ \t]$/);
        }
        const expected = mailOf(parcel);
        const read = await PostalMime.parse(bytes);
        const byText = (body: string | undefined) => normal(body ?? "");
        expect(byText(read.text)).toBe(normal(expected.text));
        expect(byText(read.html)).toBe(normal(expected.html));
        expect(read.to?.[0]?.address).toBe("anna@example.com");
        expect((read.subject ?? "").replace(/\s+/g, " ").trim()).toBe(expected.subject.replace(/\s+/g, " ").trim());
      }),
      { numRuns: 300 },
    );
  });

  test("a value in HTML is escaped, in text it is not; neither begins a header", async () => {
    const parcel = merged(template({ html: { parts: ["<p>", "</p>"], slots: [0] }, text: { parts: ["", ""], slots: [0] }, subject: { parts: ["Hi ", ""], slots: [0] } }), ["<b>&\r\nBcc: evil@example.com"]);
    const source = writeMessage(parcel).toString("latin1");
    expect(source.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/m);
    const read = await PostalMime.parse(source);
    expect(read.html).toContain("&lt;b&gt;&amp;");
    expect(read.text).toContain("<b>&");
    expect(read.subject).toBe("Hi <b>& Bcc: evil@example.com");
  });

  test("memory is used again for a longer mail and a shorter one", () => {
    const buffer = new MessageBuffer();
    const of = (value: string) => {
      buffer.fill(merged(template({ text: { parts: ["", ""], slots: [0] } }), [value]), null);
      return buffer.data.toString("latin1");
    };
    const short = of("a");
    expect(of("ž".repeat(50_000)).length).toBeGreaterThan(300_000);
    expect(of("a")).toBe(short);
    expect(short).toMatch(/\r\n\.\r\n$/);
    expect(buffer.dataWith("QUIT\r\n").toString("latin1")).toBe(`${short}QUIT\r\n`);
  });
});

test("a single mail is written by the same hand", async () => {
  const read = await PostalMime.parse(writeMessage(aParcel({ subject: "Ćao", text: "Zdravo\n", html: "<p>Zdravo</p>" })));
  expect(read).toMatchObject({ subject: "Ćao", text: expect.stringMatching(/^Zdravo\n+$/), messageId: expect.stringMatching(/^<m\d+@example.com>$/) });
});

// Mutant: fold nothing, and a subject of 200 letters is one line of 209.
test("long subjects and names are folded, and encoded in whole characters", () => {
  const subject = unstructured("word ".repeat(40).trim(), 9);
  expect(Math.max(...subject.split("\r\n").map((l) => l.length))).toBeLessThanOrEqual(78);
  const encoded = unstructured("žćčđš".repeat(30), 9);
  for (const word of encoded.split("\r\n ")) {
    expect(word.length).toBeLessThanOrEqual(75);
    expect(Buffer.from(word.slice(10, -2), "base64").toString("utf8")).not.toContain("\ufffd");
  }
  expect(mailbox({ name: 'Anna "A" Nowak', address: "a@example.com" })).toBe('"Anna \\"A\\" Nowak" <a@example.com>');
  expect(unstructured("=?utf-8?q?x?=", 9)).toMatch(/^=\?UTF-8\?B\?/);
});

test("quoted-printable keeps to 76 characters and hides leading dots", () => {
  const { encoded } = encodeQuotedPrintable(`.${"a".repeat(74)}.b\nFrom me\nend `);
  expect(encoded).toBe(`=2E${"a".repeat(72)}=\r\naa.b\r\n=46rom me\r\nend=20`);
});
