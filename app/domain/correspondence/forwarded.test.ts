import { describe, expect, test } from "vitest";

import { readForwarded } from "./forwarded";
import { readWrittenDate } from "./written-date";

const WARSAW = "Europe/Warsaw";
const LATER = Date.UTC(2025, 10, 20);
const at = (day: number, hour: number, minute: number) => Date.UTC(2025, 10, day, hour, minute);

describe("a mail forwarded in the text", () => {
  const written = at(3, 13, 5);
  test.each<[string, string]>([
    ["Gmail", "See below\n\n---------- Forwarded message ---------\nFrom: Ana Anić <ana@example.com>\nDate: Mon, 3 Nov 2025 at 14:05\nSubject: A cup\nTo: <eva@shop.example>\n\n\nDo you have it?"],
    ["Gmail in Polish", "---------- Forwarded message ---------\nOd: Ana Anić <ana@example.com>\nDate: pon., 3 lis 2025 o 14:05\nSubject: A cup\nTo: <eva@shop.example>\n\nDo you have it?"],
    ["Gmail in Serbian", "---------- Прослеђена порука ---------\nОд: Ana Anić <ana@example.com>\nДатум: пон, 3. нов 2025. у 14:05\nНаслов: A cup\nЗа: <eva@shop.example>\n\nDo you have it?"],
    ["Outlook", "FYI\n________________________________\nFrom: Ana Anić <ana@example.com>\nSent: Monday, November 3, 2025 2:05 PM\nTo: Eva <eva@shop.example>\nSubject: A cup\n\nDo you have it?"],
    ["Outlook in Polish", "________________________________\nOd: Ana Anić <ana@example.com>\nWysłane: poniedziałek, 3 listopada 2025 14:05\nDo: Eva <eva@shop.example>\nTemat: A cup\n\nDo you have it?"],
    ["Outlook in Serbian", "________________________________\nOd: Ana Anić <ana@example.com>\nPoslato: ponedeljak, 3. novembar 2025. 14:05\nZa: Eva <eva@shop.example>\nTema: A cup\n\nDo you have it?"],
    ["Outlook's HTML, read as text", "From: Ana Anić <ana@example.com><mailto:ana@example.com>\n\nSent: 3.11.2025 14:05\n\nTo: Eva <eva@shop.example>\n\nSubject: A cup\n\nDo you have it?"],
    ["Thunderbird", "-------- Forwarded Message --------\nSubject: \tA cup\nDate: \tMon, 3 Nov 2025 14:05:09 +0100\nFrom: \tAna Anić <ana@example.com>\nTo: \teva@shop.example\n\n\n\nDo you have it?"],
    ["Thunderbird in Polish", "-------- Treść przekazanej wiadomości --------\nTemat: \tA cup\nData: \t2025-11-03 14:05\nNadawca: \tAna Anić <ana@example.com>\nAdresat: \teva@shop.example\n\nDo you have it?"],
    ["Thunderbird in Serbian", "-------- Прослеђена порука --------\nНаслов: \tA cup\nДатум: \tMon, 3 Nov 2025 14:05:09 +0100\nШаље: \tAna Anić <ana@example.com>\nПрима: \teva@shop.example\n\nDo you have it?"],
    ["Apple Mail", "> Begin forwarded message:\n> \n> From: Ana Anić <ana@example.com>\n> Subject: A cup\n> Date: 3 November 2025 at 14:05:00\n> To: eva@shop.example\n> \n> Do you have it?"],
    ["a program that makes its labels bold", "*Od:* Ana Anić [mailto:ana@example.com]\n*Wysłano:* 3 listopada 2025 14:05\n*Do:* eva@shop.example\n*Temat:* A cup\n\nDo you have it?"],
  ])("by %s is that mail", (_, text) => {
    const told = readForwarded(text, WARSAW, LATER);
    expect(told).toMatchObject({ from: { name: "Ana Anić", address: "ana@example.com" }, subject: "A cup", text: "Do you have it?", isRetold: true });
    expect(told!.recipients.map(({ address }) => address)).toEqual(["eva@shop.example"]);
    expect(Math.floor(told!.at / 60_000) * 60_000).toBe(written);
  });

  test.each<[string, string]>([
    ["an ordinary letter", "Dear Eva,\n\nfrom: here to there.\nThanks"],
    ["a sender without an address", "From: Ana Anić\nSent: 3.11.2025 14:05\nSubject: A cup\n\nSo"],
    ["a lone line", "Od: ana@example.com\n\nhello"],
    ["nothing", ""],
  ])("%s forwards nothing", (_, text) => expect(readForwarded(text, WARSAW, LATER)).toBeNull());

  test("an address with a line break in it is no address, and a list that goes on over lines is read whole", () => {
    const told = readForwarded("From: Ana <ana@example.com>\nDate: 2025-11-03 14:05\nTo: Eva <eva@shop.example>,\n Bob <bob@example.com>,\n bad@@x\nSubject: A\u202e cup\n\nSo", WARSAW, LATER);
    expect(told!.recipients.map(({ address }) => address)).toEqual(["eva@shop.example", "bob@example.com"]);
    expect(told!.subject).toBe("A cup");
  });

  test("megabytes of labels are read in a moment", () => {
    expect(readForwarded("Od: \n".repeat(100_000), WARSAW, LATER)).toBeNull();
    expect(readForwarded(`From: ${"a@".repeat(50_000)}`, WARSAW, LATER)).toBeNull();
  });
});

test.each<[string, number | null]>([
  ["11/3/2025 2:05 PM", at(3, 13, 5)],
  ["11/3/25, 12:05 AM", at(2, 23, 5)],
  ["3/11/2025 14:05", at(3, 13, 5)],
  ["03.11.2025. u 14.05", at(3, 13, 5)],
  ["November 3, 2025", at(3, 11, 0)],
  ["3 grudnia 2025 o 09:30", Date.UTC(2025, 11, 3, 8, 30)],
  ["yesterday", null],
  ["45/45/2025", null],
])("%s is read", (text, expected) => expect(readWrittenDate(text, WARSAW)).toBe(expected));
