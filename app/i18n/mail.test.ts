import { describe, expect, test } from "vitest";

import { LOCALES } from "./locales";
import { mailWords } from "./mail.server";

const company = { name: "Pressmark", supportEmail: "help@example.com" };
const ZONE = "Europe/Warsaw";
const words = mailWords("https://crm.example.com");
const KINDS = [
  "password_reset", "password_changed", "login_link", "staff_invitation", "verify_email", "email_changed", "order_placed",
  "order_in_production", "order_shipped", "order_delivered", "order_cancelled", "complaint_received", "question_received",
  "case_reply", "case_decided", "something_new",
];
const values = {
  name: "Ana", path: "/portal/orders/1", code: "483920", minutes: 22, days: 3, at: Date.UTC(2026, 4, 4), by: "Marek", number: "R-100",
  totalMinor: 123_456, currency: "PLN", expectedAt: Date.UTC(2026, 4, 9), lines: [{ name: "Mug", quantity: 2, totalMinor: 100 }],
  carrier: "DPD", trackingNumber: "X1", subject: "Mug 330 ml", description: "It broke.", reason: "damaged", wantedRemedy: "refund",
  dueDay: "2026-05-18", noticedOn: "2026-05-01", receivedAt: Date.UTC(2026, 4, 4), orderNumber: "R-100", quantity: 1, message: "Hello",
  decision: "accepted", grantedRemedy: "repair", waits: true,
};

describe.each(LOCALES)("in %s", (locale) => {
  test.each(KINDS)("%s says everything, with nothing left open", (kind) => {
    const said = words.notice(locale, kind, values, company, ZONE);
    const text = JSON.stringify(said);
    expect(text).not.toMatch(/\{[a-z]+[,}]|mail\.[a-z_]+|undefined|NaN/);
    expect(said.subject && said.heading && said.paragraphs.length).toBeTruthy();
    if (said.button) expect(said.button.url).toBe("https://crm.example.com/portal/orders/1");
  });
});

test("the confirmation of a complaint says what, when, and by when it is answered (a durable medium)", () => {
  const said = words.notice("pl", "complaint_received", values, company, ZONE);
  expect(said.highlight).toEqual({ label: "Odpowiemy najpóźniej do", value: "18 maja 2026" });
  expect(said.quote?.text).toBe("It broke.");
  expect(said.details).toContainEqual({ label: "Czego oczekujesz", value: "Zwrot pieniędzy" });
});

test("a path that is none leads nowhere", () => {
  expect(words.notice("en", "login_link", { ...values, path: "//evil.test" }, company, ZONE).button).toBeUndefined();
});
