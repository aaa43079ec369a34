/**
 * The browser tests' ground: a server, worker and demo database of their own per worker process, a real SMTP sink for
 * what leaves, and a page whose console errors fail the test.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test as base } from "@playwright/test";

export type Site = { url: string; databaseFile: string; folder: string };

export const test = base.extend<{ quietConsole: void }, { site: Site; mailUrl: string | undefined; databaseTemplate: string }>({
  mailUrl: [undefined, { scope: "worker", option: true }],
  /** The database that the site begins with: the demo's, unless a test makes another. */
  databaseTemplate: [join(process.cwd(), ".cache/e2e/demo.db"), { scope: "worker", option: true }],
  site: [
    async ({ mailUrl, databaseTemplate }, use) => {
      const folder = mkdtempSync(join(tmpdir(), "rapport-e2e-"));
      const databaseFile = join(folder, "rapport.db");
      for (const suffix of ["", "-wal"]) {
        const from = `${databaseTemplate}${suffix}`;
        if (existsSync(from)) copyFileSync(from, `${databaseFile}${suffix}`);
      }
      const port = await freePort();
      const env = {
        ...process.env,
        NODE_ENV: "production" as const,
        PORT: String(port),
        DATABASE_FILE: databaseFile,
        SECRET_KEY: "browser-test-browser-test-browser-test",
        LOG_LEVEL: "error",
        RAPPORT_PARENT: String(process.pid),
        ...(mailUrl && { MAIL_URL: mailUrl }),
      };
      const children = ["server", "worker"].map((name) =>
        spawn(process.execPath, [`build/server/${name}.js`], { env, stdio: ["ignore", "inherit", "inherit"] }),
      );
      const url = `http://127.0.0.1:${port}`;
      await untilHealthy(url);
      await use({ url, databaseFile, folder });
      await Promise.all(children.map(ended));
      // Whatever the browser did, the figures kept for each customer are those of the rows.
      execFileSync(process.execPath, ["build/server/cli.js", "metrics", "verify"], { env, stdio: ["ignore", "inherit", "inherit"] });
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ site }, use) => use(site.url),
  quietConsole: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        // A 4xx answer that a test provokes is logged by the browser too; what our code says is what counts.
        // Frames that show a mail run nothing, not even what Playwright asks of them.
        const isOurs = !/^(Failed to load resource|Blocked script execution in)/.test(message.text());
        if (message.type() === "error" && isOurs) errors.push(message.text());
      });
      await use();
      expect(errors, "errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

async function untilHealthy(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
