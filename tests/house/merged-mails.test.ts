import fc from "fast-check";
import { expect, test } from "vitest";

import { mailOf } from "../../app/mail/parcel";
import { compileContent } from "../../app/domain/mailings/compile.server";
import { renderRevision } from "../../app/domain/mailings/render.server";
import { findTemplate, listTemplates } from "../../app/domain/mailings/library.server";
import { MAIL_LOCALES } from "../../app/domain/mailings/mailing";
import { slotRevision } from "../../app/domain/mailings/slots.server";

const links = { baseUrl: "https://news.example.com", unsubscribeUrl: "https://news.example.com/u/TOK", preferencesUrl: "https://news.example.com/p/TOK", viewOnlineUrl: "https://news.example.com/v/TOK", openPixelUrl: "https://news.example.com/o/TOK.gif", linkUrl: (n: number) => `https://news.example.com/c/TOK/${n}` };
const company = { name: "Łódź & Sons <Ltd>", support_email: "help@example.com" };
const word = fc.string({ unit: fc.constantFrom("a", "Ž", "<", "&", '"', "'", " ", "ß", "{", "}", "đ"), maxLength: 8 });

/** Mutant: leave the escaping out of slotText's company, or the fallback out of fillTag. */
test("taken apart and put together again, every mailing of the library reads as one rendered whole", async () => {
  for (const { key } of listTemplates())
    for (const locale of MAIL_LOCALES) {
      const content = findTemplate(key)?.defaults[locale];
      if (!content) continue;
      const withTags = { ...content, subject: `${content.subject} {{ customer.first_name | default: "you & me" | upcase }} {{ company.name }}` };
      const revision = await compileContent({ templateKey: key, locale, content: withTags, company: { name: company.name, postalLine: "Street 1" } });
      expect(revision.problems).toEqual([]);
      const slotted = slotRevision(revision, { baseUrl: links.baseUrl, company });
      fc.assert(
        fc.property(word, word, word, (first, last, city) => {
          const values = { customer: { first_name: first, last_name: last, full_name: `${first} ${last}`, number: "1", city, orders_count: "0", last_order_on: "" }, topic: { name: "News & more" } };
          const whole = renderRevision(revision, links, { ...values, company });
          const { html, text, subject } = mailOf({
            deliveryId: 1, publicId: "p", messageId: "m@example.com", returnPath: "a@example.com", to: { name: "", address: "a@example.com" }, date: new Date(0),
            kind: "merged", template: { key: "k", from: { name: "", address: "a@example.com" }, replyTo: null, headers: [], ...slotted }, values: slotted.valuesOf({ token: "TOK", values }),
          });
          expect({ html, text, subject }).toEqual({ html: whole.html, text: whole.text, subject: whole.subject });
        }),
        { numRuns: 20 },
      );
    }
});
