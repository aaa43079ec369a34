/**
 * MJML that is typed or comes with a template: includes are not read, what comes out is inert, and it is shown only in
 * frames that run nothing.
 *
 * Mutants: mjml-includes, mail-sanitiser, mail-typed-text, mail-merge-values, mail-frame-sandbox.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findTemplate } from "../../app/domain/mailings/library.server";
import { makeInert } from "../../app/domain/mailings/mail-html";
import { compileContent, renderRevision } from "../../app/domain/mailings/mailings.server";
import { compileMjml } from "../../app/domain/mailings/mjml.server";
import { PAYLOADS } from "../support/payloads";
import { allRoutes } from "../support/routes";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rapport-mjml-"));
  writeFileSync(join(folder, "secret.mjml"), "<mj-section><mj-column><mj-text>canary of a file</mj-text></mj-column></mj-section>");
  writeFileSync(join(folder, "secret.html"), "<p>canary of a file</p>");
  writeFileSync(join(folder, "secret.css"), ".canary-of-a-file{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an include", () => {
  const document = (include: string) => `<mjml><mj-body>${include}<mj-section><mj-column><mj-text>words</mj-text></mj-column></mj-section></mj-body></mjml>`;
  test.each([
    ["of MJML", () => `<mj-include path="${folder}/secret.mjml" />`],
    ["of HTML", () => `<mj-include path="${folder}/secret.html" type="html" />`],
    ["of CSS", () => `<mj-include path="${folder}/secret.css" type="css" />`],
    ["up from here", () => `<mj-include path="../../../../../../../../../..${folder}/secret.mjml" />`],
    ["of a file of the machine", () => `<mj-include path="/etc/passwd" type="html" />`],
    // The library reads below its own folder: there stands the key of this installation.
    ["of a file beside the server", () => `<mj-include path="./LICENSE" type="html" />`],
    ["of a file beside the server, by its bare name", () => `<mj-include path="package.json" type="html" />`],
    ["within a raw part", () => `<mj-raw><mj-include path="${folder}/secret.html" type="html" /></mj-raw>`],
  ])("%s is not read", async (_, include) => {
    const { html, faults } = await compileMjml(document(include()));
    expect(html + JSON.stringify(faults)).not.toMatch(/canary.of.a.file|root:|MIT License|devDependencies/);
  });

  test("typed into any field of any template is text", async () => {
    const template = findTemplate("newsletter")!;
    const { content } = filled("newsletter", `<mj-include path="${folder}/secret.html" type="html" />`);
    const { html } = await compileContent({ templateKey: template.key, locale: "en", content, company: { name: "Shop", postalLine: "Street" } });
    expect(html).not.toContain("canary");
    expect(html).toContain("&lt;mj-include");
  });
});

function filled(templateKey: string, text: string) {
  const template = findTemplate(templateKey)!;
  const fields = Object.fromEntries(template.fields.map((field) => [field.key, field.type === "text" || field.type === "richtext" ? text : (template.defaults.en.fields[field.key] ?? "")]));
  return { template, content: { subject: text, preheader: text, fields } };
}

/** What could run, load or lead away; in a mail there is none of it. */
const ALIVE = /<(script|iframe|object|embed|form|input|button|base|link|svg|math|video|audio|template|marquee|details)\b|\son\w+\s*=|(href|src|action)\s*=\s*["']?\s*(javascript|vbscript|data:text)|http-equiv=["']?refresh|data-x[\s>=][^&]*>/i;

describe("the HTML of a mail", () => {
  // Mutant: mail-typed-text. The sanitiser behind it would take the tag away; the reader shall see what was typed.
  test("shows a tag that was typed into formatted text as the text that it is", async () => {
    const { template, content } = filled("newsletter", "Write <b>this</b> & <script>that</script>");
    const { html } = await compileContent({ templateKey: template.key, locale: "en", content, company: { name: "Shop", postalLine: "Street" } });
    expect(template.fields.filter((field) => field.type === "richtext").length).toBeGreaterThan(0);
    expect(html.match(/<p>Write &lt;b&gt;this&lt;\/b&gt; &amp; &lt;script&gt;that&lt;\/script&gt;<\/p>/g)?.length).toBeGreaterThan(0);
  });

  test("is inert, whatever a template brings along", () => {
    for (const payload of PAYLOADS.filter((text) => /^<(?!meta|body|style)/.test(text) && !text.includes("{{"))) {
      const html = makeInert(`<html><body><p>before</p>${payload}<a href="javascript:1">x</a><a href=" jav\tascript:1">y</a><img src="data:text/html,1"></body></html>`);
      expect([payload, ALIVE.exec(html.replace(/&lt;[^<]*/g, ""))?.[0]]).toEqual([payload, undefined]);
    }
    expect(makeInert('<html><head><meta http-equiv="refresh" content="0;url=//evil.example"><base href="//evil.example"></head><body></body></html>')).not.toMatch(/refresh|base/);
  });

  test.each(["newsletter", "offer", "win-back"])("of %s keeps all that was typed and all that customers are called as text", async (templateKey) => {
    const typed = PAYLOADS.filter((text) => !text.includes("{{"));
    const { template, content } = filled(templateKey, `${typed.join(" ")} {{ customer.first_name }}`);
    const compiled = await compileContent({ templateKey: template.key, locale: "en", content, company: { name: PAYLOADS[3] as string, postalLine: PAYLOADS[5] as string } });
    const links = { linkUrl: () => "#", unsubscribeUrl: "#", preferencesUrl: "#", viewOnlineUrl: "#", baseUrl: "" };
    for (const name of PAYLOADS) {
      const { html } = renderRevision(compiled, links, { customer: { first_name: name, last_name: name, full_name: name, number: name, city: name, orders_count: name, last_order_on: name }, topic: { name }, company: { name, support_email: name } });
      // Within quotes an attribute's value is a value, unless it is an address that runs.
      const tags = (html.replace(/<!--[\s\S]*?-->/g, "").match(/<[a-z](?:"[^"]*"|[^>"])*>/gi) ?? []).map((tag) => tag.replace(/="(?!\s*(?:javascript|vbscript|data:text))[^"]*"/gi, '=""'));
      expect([name, tags.filter((tag) => ALIVE.test(tag) || /data-x/.test(tag))]).toEqual([name, []]);
    }
  });
});

test("every frame that shows a mail is sandboxed without scripts and without our origin", () => {
  const files = [...new Set(allRoutes().map(({ id }) => id))].flatMap((id) => {
    const folderOf = id.slice(0, id.lastIndexOf("/"));
    return [id, `${folderOf}/preview-pane`, `${folderOf}/builder`, `${folderOf}/editor`].map((name) => `app/${name}.tsx`);
  });
  const frames = [...new Set(files)].flatMap((file) => {
    try {
      return [...readFileSync(file, "utf8").matchAll(/<iframe[\s\S]*?\/>/g)].map(([tag]) => ({ file, tag }));
    } catch {
      return [];
    }
  });
  expect(frames.length).toBeGreaterThanOrEqual(3);
  for (const { file, tag } of frames) {
    const sandbox = /sandbox="([^"]*)"/.exec(tag)?.[1];
    expect([file, sandbox !== undefined && !/allow-(scripts|same-origin|forms|top-navigation(?!-by))/.test(sandbox)]).toEqual([file, true]);
  }
});
