import { defineConfig } from "@playwright/test";

import base from "./playwright.config";

/** Pictures, not tests: `npm run shots`. */
export default defineConfig(base, { testDir: "tests/shots", timeout: 600_000, reporter: "line" });
