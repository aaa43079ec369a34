/**
 * `npm run shots`: looks at every page of the access table, as each kind of reader, light and dark, on a desk and on a
 * phone, in English and Polish, and leaves the pictures in ./shots/<size>-<theme>-<language>/.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { has, installPackages, say, top } from "./prepare.mjs";

installPackages();
if (!has("chromium")) {
  say("There is no chromium on this machine: install Debian's package chromium first.");
  process.exit(1);
}
rmSync(join(top, "shots"), { recursive: true, force: true });
const { status } = spawnSync(join(top, "node_modules/.bin/playwright"), ["test", "--config", "playwright.shots.config.ts", ...process.argv.slice(2)], {
  cwd: top,
  stdio: "inherit",
});
say(`Pictures are in ${join(top, "shots")}.`);
process.exit(status ?? 1);
