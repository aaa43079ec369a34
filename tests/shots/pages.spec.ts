/**
 * Not a test but a camera: every page of the access table, as each kind of reader, on a desk and on a phone, light and
 * dark, in English and Polish. `npm run shots` leaves the pictures in shots/<size>-<theme>-<language>/.
 */
import { addressesOf, pagesFor, READERS, signInThere, type Address, type Reader } from "../support/pages";
import { test } from "../support/browser";

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** Asked for once a server: each walk has mails sent, and they are counted. */
const known = new Map<string, Address[]>();

for (const reader of READERS) {
  if (pagesFor(reader).length === 0) continue;
  for (const size of ["desk", "phone"] as const)
    for (const colorScheme of ["light", "dark"] as const)
      for (const language of ["en", "pl"] as const)
        test(`${reader}: ${size}, ${colorScheme}, ${language}`, async ({ browser, site }) => {
          const context = await browser.newContext({ baseURL: site.url, viewport: SIZES[size], colorScheme, reducedMotion: "reduce" });
          await context.addCookies([{ name: "lang", value: language, url: site.url }]);
          await signInThere(context.request, site.url, reader);
          const key = `${site.url} ${reader}`;
          if (!known.has(key)) known.set(key, await addressesOf(context.request, site.url, reader));
          const page = await context.newPage();
          for (const { id, path } of known.get(key)!) {
            await page.goto(path);
            await page.waitForLoadState("load");
            await page.waitForTimeout(120);
            await page.screenshot({ path: `shots/${size}-${colorScheme}-${language}/${nameOf(reader, id)}.png`, fullPage: true });
          }
          await context.close();
        });
}

/** routes/portal/orders/show → customer-portal-orders-show */
function nameOf(reader: Reader, id: string): string {
  return `${reader}-${id.replace(/^routes\//, "").replaceAll("/", "-")}`;
}
