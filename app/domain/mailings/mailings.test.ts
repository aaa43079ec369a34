import { describe, expect, test } from "vitest";

import { compileContent } from "./compile.server";
import { listTemplates } from "./library.server";
import { MAIL_LOCALES } from "./mailing";
import { sampleCustomer } from "./merge-tags";
import { renderNotice } from "./notices.server";
import { renderRevision, type DeliveryLinks } from "./render.server";

const company = { name: "Papier & Glina", postalLine: "ul. Długa 1, 31-146 Kraków" };
const values = { customer: sampleCustomer("en"), topic: { name: "New products" }, company: { name: company.name, support_email: "help@example.com" } };
const links: DeliveryLinks = {
  linkUrl: (n) => `https://links.example.com/c/token/${n}`,
  unsubscribeUrl: "https://links.example.com/u/token",
  preferencesUrl: "https://links.example.com/p/token",
  viewOnlineUrl: "https://links.example.com/v/token",
  openPixelUrl: "https://links.example.com/o/token.gif",
  baseUrl: "https://crm.example.com",
};

describe("every template of the library", () => {
  const cases = listTemplates().flatMap((template) => MAIL_LOCALES.map((locale) => ({ template, locale, name: `${template.key} in ${locale}` })));

  test.each(cases)("$name compiles without a fault and says all of it", async ({ template, locale }) => {
    const content = template.defaults[locale];
    const compiled = await compileContent({ templateKey: template.key, locale, content, company });
    expect(compiled.problems).toEqual([]);
    expect(compiled.imagesWithoutAlt).toBe(0);
    const mail = renderRevision(compiled, links, values);
    expect(mail.html).not.toMatch(/\{\{|\{%|\[\[|\[%|[\uE000-\uE01F]|own-host|rapport:/);
    expect(mail.text).not.toMatch(/\{\{|\{%|\[\[|\[%|[\uE000-\uE01F]|own-host|rapport:|<|&nbsp;/);
    expect(mail.html).toContain("https://links.example.com/u/token");
    expect(mail.html).toContain("https://links.example.com/o/token.gif");
    expect(mail.html).toContain("Papier &amp; Glina");
    expect(mail.text).toContain("Papier & Glina");
    expect(mail.text).toContain("https://links.example.com/u/token");
    expect(mail.text).toContain(`${content.fields.button_label}: https://links.example.com/c/token/`);
    expect(compiled.links.length).toBeGreaterThan(0);
    expect(mail.html).toContain("prefers-color-scheme: dark");
    expect(mail.html).toContain("[data-ogsc]");
    expect(Buffer.byteLength(mail.html)).toBeLessThan(60_000);
  });
});

test.each(listTemplates().map((template) => template.key))("%s leaves out what is not filled in", async (templateKey) => {
  const compiled = await compileContent({ templateKey, locale: "en", content: { subject: "S", preheader: "", fields: {} }, company });
  expect(compiled.problems).toEqual([]);
  expect(compiled.imagesWithoutAlt).toBe(0);
  expect(compiled.links).toEqual([]);
});

test("the open pixel is left out of a copy", async () => {
  const template = listTemplates()[0]!;
  const compiled = await compileContent({ templateKey: template.key, locale: "en", content: template.defaults.en, company });
  const { openPixelUrl: _, ...withoutPixel } = links;
  expect(renderRevision(compiled, withoutPixel, values).html).not.toContain('width="1"');
});

describe("system mails", () => {
  const words = {
    subject: "Your complaint\r\nBcc: x@example.com",
    heading: "We have your complaint",
    paragraphs: ["Thank you for telling us.", "A <b>person</b> reads it."],
    highlight: { label: "You get an answer by", value: "14 June 2026" },
    quote: { label: "You wrote", text: "It arrived broken.\nTwice." },
    details: [{ label: "Product", value: "Mug\nGreen" }],
    lines: [{ name: "Mug", detail: "Text: Anna", quantity: "2", amount: "€24.00" }],
    totals: [{ label: "Total", value: "€24.00" }],
    button: { label: "Open", url: "https://crm.example.com/portal/help/1?a=1&b=2" },
    closing: ["Goodbye."],
  };

  test.each(["notice", "complaint-received", "order-confirmed", "password-reset"])("%s renders", async (template) => {
    const mail = await renderNotice({ template, locale: "en", words, sender: company });
    expect(mail.subject).toBe("Your complaint Bcc: x@example.com");
    expect(mail.html).toContain("A &lt;b&gt;person&lt;/b&gt; reads it.");
    expect(mail.html).toContain('href="https://crm.example.com/portal/help/1?a=1&amp;b=2"');
    expect(mail.html).not.toMatch(/\{\{|\{%/);
    expect(mail.text).toContain("https://crm.example.com/portal/help/1?a=1&b=2");
    expect(mail.text).toContain("A <b>person</b> reads it.");
    if (template === "complaint-received") expect(mail.text).toContain("14 June 2026");
    if (template === "order-confirmed") expect(mail.text).toMatch(/Mug\s+Text: Anna\s+2 × €24.00/);
  });
});
