import { describe, expect, test } from "vitest";

import { compileContent } from "./compile.server";
import { htmlToText, makeInert, takeLinks } from "./mail-html";
import { isMailImage, isMailUrl } from "./mailing";
import { fillLine, parseMergeTags, sampleCustomer, writeMergeTag, type MergeTag } from "./merge-tags";
import { renderRevision } from "./render.server";
import { badLinksOf, richtextToHtml } from "./richtext";

describe("merge tags", () => {
  test.each([
    ["{{ customer.first_name }}", { path: "customer.first_name", fallback: null, filters: [] }],
    ['{{customer.first_name|default:"friend"}}', { path: "customer.first_name", fallback: "friend", filters: [] }],
    ["{{ customer.first_name | default: 'dear \"you\"' | upcase }}", { path: "customer.first_name", fallback: 'dear "you"', filters: ["upcase"] }],
    ["{{ customer.city | default: „tam” }}", { path: "customer.city", fallback: "tam", filters: [] }],
  ])("%s is read", (text, tag) => {
    expect(parseMergeTags(`a ${text} b`)).toEqual({ pieces: ["a ", tag, " b"], problems: [] });
  });

  test.each([
    ["{{ customer.first_name", "unclosed"],
    ["{% if customer %}x{% endif %}", "logic_not_allowed"],
    ["{% include 'x' %}", "logic_not_allowed"],
    ["{{ customer.password }}", "unknown_tag"],
    ["{{ customer.first_name | append: 'x' }}", "unknown_filter"],
    ["{{ customer.first_name | default }}", "unreadable"],
    ["{{ 'a' }}", "unreadable"],
    ["{{ customer['first_name'] }}", "unreadable"],
    ["{{- customer.first_name -}}", "unreadable"],
  ])("%s is refused", (text, kind) => {
    expect(parseMergeTags(text).problems.map((problem) => problem.kind)).toContain(kind);
  });

  test.each([
    'Hi {{ customer.first_name | default: "friend" }}, from {{ company.name }}',
    '{{ customer.city | default: "home" | upcase }}',
    "{{ customer.full_name | capitalize }}: {{ topic.name }}",
    "no tag at all",
  ])("%s reads in the list as it does in the mail", async (subject) => {
    const compiled = await compileContent({ templateKey: "win-back", locale: "en", company: { name: "A", postalLine: "B" }, content: { subject, preheader: "", fields: { heading: "x", text: "x" } } });
    for (const customer of [sampleCustomer("en"), { ...sampleCustomer("en"), first_name: "", city: "" }]) {
      const values = { customer, topic: { name: "News" }, company: { name: "A", support_email: "a@example.com" } };
      expect(fillLine(subject, values)).toBe(renderRevision(compiled, { click: [], open: "", unsubscribe: "", preferences: "", view: "" } as never, values).subject);
    }
  });

  test("a line with a tag that cannot be read stays as it was typed", () => {
    expect(fillLine("Hi {{ customer.password }}", { customer: sampleCustomer("en"), topic: { name: "" }, company: { name: "", support_email: "" } })).toBe("Hi {{ customer.password }}");
  });

  test("a value is escaped in HTML and plain in the text part; an empty one takes the fallback", async () => {
    const compiled = await compileContent({
      templateKey: "win-back",
      locale: "en",
      company: { name: "A", postalLine: "B" },
      content: { subject: 'Hi {{ customer.first_name | default: "friend" }}', preheader: "", fields: { heading: 'Dear {{ customer.first_name | default: "Tom & Jerry" }}', text: "x" } },
    });
    const render = (first_name: string) =>
      renderRevision(
        compiled,
        { linkUrl: String, unsubscribeUrl: "u", preferencesUrl: "p", viewOnlineUrl: "v", baseUrl: "b" },
        { customer: { ...sampleCustomer("en"), first_name }, topic: { name: "t" }, company: {} },
      );
    const mean = render('<script>alert("x")</script>');
    expect(mean.html).not.toContain("<script>");
    expect(mean.html).toContain("&lt;script&gt;");
    expect(mean.text).toContain('<script>alert("x")</script>');
    expect(mean.subject).toBe('Hi <script>alert("x")</script>');
    const empty = render("");
    expect(empty.subject).toBe("Hi friend");
    expect(empty.html).toContain("Dear Tom &amp; Jerry");
    expect(empty.text).toContain("Dear Tom & Jerry");
    expect(render("a\r\nBcc: evil@example.com").subject).toBe("Hi a Bcc: evil@example.com");
    // A value that looks like a tag is not read again.
    expect(render("{{ customer.number }}").subject).toBe("Hi {{ customer.number }}");
  });

  test("a hundred ways out of the template language are refused within 200 ms", () => {
    const names = ["constructor", "__proto__", "prototype", "process", "global", "this", "self", "require", "env", "settings"];
    const forms = [
      (n: string) => `{{ ${n} }}`,
      (n: string) => `{{ customer.${n} }}`,
      (n: string) => `{{ customer['${n}'] }}`,
      (n: string) => `{{ customer.first_name.${n}.${n} }}`,
      (n: string) => `{% assign x = ${n} %}{{ x }}`,
      (n: string) => `{% for i in (1..100000000) %}{{ ${n} }}{% endfor %}`,
      (n: string) => `{% include "${n}" %}`,
      (n: string) => `{% render '../../${n}' %}`,
      (n: string) => `{{ customer.first_name | ${n} }}`,
      (n: string) => `{{ "${n}" | ${"append: 'x' | ".repeat(500)} upcase }}`,
    ];
    const attacks = names.flatMap((name) => forms.map((form) => form(name)));
    expect(attacks).toHaveLength(100);
    const started = performance.now();
    const refused = attacks.filter((attack) => parseMergeTags(attack).problems.length > 0);
    const pathological = parseMergeTags(`{{ ${"a|".repeat(40_000)} }}${"{{".repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(200);
    expect(refused).toEqual(attacks);
    expect(pathological.problems.length).toBeGreaterThan(0);
  });

  test("what is written is read back the same", () => {
    const tag: MergeTag = { path: "customer.city", fallback: "there", filters: ["upcase"] };
    expect(parseMergeTags(writeMergeTag(tag)).pieces).toEqual([tag]);
  });
});

describe("formatted text", () => {
  test.each([
    ["a\n\nb", "<p>a</p><p>b</p>"],
    ["a\nb", "<p>a<br>b</p>"],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["x:\n- a", "<p>x:</p><ul><li>a</li></ul>"],
    ["**a** *b* 2*3*4", "<p><strong>a</strong> <em>b</em> 2*3*4</p>"],
    ["[a & b](https://example.com/?x=1&y=2)", '<p><a href="https://example.com/?x=1&amp;y=2">a &amp; b</a></p>'],
    ["[a](javascript:alert(1))", "<p>a)</p>"],
    ["<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>"],
  ])("%j → %s", (source, html) => {
    expect(richtextToHtml(source)).toBe(html);
  });
  test("names the links that lead nowhere", () => {
    expect(badLinksOf("[a](htp://x) [b](https://example.com) [c](/portal)")).toEqual(["htp://x"]);
  });
});

test.each([
  ["https://example.com/a", true],
  ["/portal/designs", true],
  ["mailto:a@example.com", true],
  ["//evil.example.com", false],
  ["/\\evil.example.com", false],
  ["javascript:alert(1)", false],
  ["https://", false],
  ["https://example", false],
  ["https://exa mple.com", false],
  ["data:text/html,x", false],
])("an address that can be followed? %s → %s", (url, good) => {
  expect(isMailUrl(url)).toBe(good);
});

test("a picture is ours, or comes by the web", () => {
  expect(["/mail/mug.png", "https://example.com/a.png"].every(isMailImage)).toBe(true);
  expect(["/mail/../x.png", "/etc/passwd", "data:image/png;base64,x", "cid:1", "/mail/x.svg"].some(isMailImage)).toBe(false);
});

describe("the HTML of a mail", () => {
  test.each([
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<iframe src="https://e.example"></iframe>',
    '<form action="https://e.example"><input></form>', '<svg onload=alert(1)></svg>', '<meta http-equiv="refresh" content="0;url=https://e.example">',
    '<base href="https://e.example">', '<object data="x"></object>', '<link rel="stylesheet" href="https://e.example/x.css">', '<a href=" java\nscript:alert(1)">x</a>',
  ])("%s does nothing any more", (attack) => {
    const inert = makeInert(`<html><body><p>kept</p>${attack}</body></html>`);
    expect(inert).toContain("kept");
    expect(inert).not.toMatch(/<script|onerror|javascript:|java\nscript|<iframe|<form|<input|<svg|refresh|<base|<object|<link/i);
  });

  test("Outlook's conditional comments stay", () => {
    const html = "<html><body><!--[if mso]><table><tr><td><![endif]--><p>a</p><!--[if mso]></td></tr></table><![endif]--></body></html>";
    expect(makeInert(html)).toContain("<!--[if mso]><table><tr><td><![endif]--><p>a</p>");
  });

  test("each link becomes a slot, in order; those of the delivery have names of their own", () => {
    const { html, links } = takeLinks('<a href="https://a.example/?x=1&amp;y=2">A</a><a href="rapport:unsubscribe">U</a><a href="/portal"><img alt="Pic" src="x"></a><a href="mailto:a@b.example">M</a>');
    expect(links).toEqual([
      { position: 0, url: "https://a.example/?x=1&y=2", label: "A" },
      { position: 1, url: "/portal", label: "Pic" },
    ]);
    expect(html).toContain('href="{{ rapport.link_0 }}"');
    expect(html).toContain('href="{{ rapport.unsubscribe }}"');
    expect(html).toContain('href="mailto:a@b.example"');
  });

  test("reads as plain text", () => {
    const html = '<html><head><style>p{}</style></head><body><div style="display:none;">hidden</div><h1>Hi&nbsp;Anna</h1><p>a<br>b &lt;c&gt;</p><ul><li>x</li><li>y</li></ul><table><tr><td>k</td><td>v</td></tr></table><a href="https://e.example/">https://e.example/</a> <a href="https://e.example/2">two</a><img alt="A mug" src="x"></body></html>';
    expect(htmlToText(html)).toBe("Hi Anna\n\na\nb <c>\n\n- x\n- y\n\nk v\n\nhttps://e.example/ two: https://e.example/2[A mug]\n");
  });
});
