import { existsSync } from "node:fs";

import { defineConfig } from "@playwright/test";

/** Whole journeys in a real browser against the built server; each worker process has a server and a demo of its own. */
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  globalSetup: "./tests/support/setup-browser.ts",
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 3,
  fullyParallel: false,
  // A browser on a busy machine may stumble once; the report then says flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  use: {
    actionTimeout: 20_000,
    // A trace of every test costs a fifth of the time: `npx playwright test --trace on tests/e2e/x.spec.ts` makes one.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    locale: "en-GB",
    launchOptions: {
      ...(existsSync("/usr/bin/chromium") && { executablePath: "/usr/bin/chromium" }),
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
