import { expect, test } from "vitest";

import { readMail } from "../deliveries/returned/read-mail.server";
import { bareSubject, withoutQuotation } from "./reply-text";

const SAID = "Do you have it in blue?\n\nAnna";

test.each([
  ["Gmail", "On Mon, 1 Jun 2026 at 10:00, Lipa <shop@example.com> wrote:"],
  ["Gmail, broken in two", "On Mon, 1 Jun 2026 at 10:00, A shop with a very long name indeed\n<shop@example.com> wrote:"],
  ["Apple Mail", "On 1 Jun 2026, at 10:00, Lipa <shop@example.com> wrote:"],
  ["Polish", "W dniu pon., 1 cze 2026 o 10:00 Lipa <shop@example.com> napisał(a):"],
  ["Polish Thunderbird", "W dniu 1.06.2026 o 10:00, Lipa pisze:"],
  ["Serbian", "Dana pon, 1. jun 2026. u 10:00 Lipa <shop@example.com> je napisao/la:"],
  ["Serbian in Cyrillic", "Дана пон, 1. јун 2026. у 10:00 Lipa <shop@example.com> је написао/ла:"],
  ["German", "Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb Lipa <shop@example.com>:"],
  ["French", "Le lun. 1 juin 2026 à 10:00, Lipa <shop@example.com> a écrit :"],
  ["Outlook", "-----Original Message-----\nFrom: Lipa <shop@example.com>\nSent: Monday"],
  ["Outlook without a line", "From: Lipa <shop@example.com>\nSent: Monday, June 1, 2026 10:00\nTo: Anna\nSubject: News"],
  ["Outlook in Polish", "Od: Lipa <shop@example.com>\nWysłano: poniedziałek, 1 czerwca 2026 10:00\nDo: Anna"],
  ["a ruled line", "________________________________\nFrom: Lipa"],
])("what was quoted is cut away: %s", (_, introduction) => {
  expect(withoutQuotation(`${SAID}\n\n${introduction}\n> News of the week\n> and more`)).toBe(SAID);
});

test("answers between quoted lines stay, signatures go", () => {
  expect(withoutQuotation("> Blue or red?\nBlue.\n> How many?\nFour.\n-- \nAnna Nowak\nTel. 123")).toBe("Blue.\nFour.");
});

test("nothing of a letter that quotes nothing is lost, and of nothing but a quotation all is kept", () => {
  const letter = "On Monday I wrote to you.\nFrom: the shelf at home\n\nBest, Anna";
  expect(withoutQuotation(letter)).toBe(letter);
  expect(withoutQuotation("> only this")).toBe("> only this");
});

test.each([
  ["Re: RE: Odp: News", "News"],
  ["AW: [Shop] News", "[Shop] News"],
  ["Re[2]: News", "News"],
  ["Reply cards", "Reply cards"],
  ["Re:", ""],
  ["A\r\nBcc: x\u202e", "A Bcc: x"],
])("the subject %j is %j", (written, bare) => {
  expect(bareSubject(written)).toBe(bare);
});

test("a letter in HTML alone is read as text, with its quotation known and nothing that runs", async () => {
  const html = "<html><head><style>p{}</style></head><body><p>Do you have it in <b>blue</b>?</p><script>alert(1)</script><div>Anna</div><blockquote><p>News of the week</p></blockquote></body></html>";
  const mail = await readMail(Buffer.from(`From: anna@example.org\r\nSubject: Re: News\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`));
  const text = withoutQuotation(mail.text);
  expect(text).toContain("Do you have it in blue?");
  expect(text).toContain("Anna");
  expect(text).not.toMatch(/alert|News of the week|</);
});
