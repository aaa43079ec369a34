/**
 * `npm test`: types, lint, unit, database (both dialects), HTTP and browser tests. Installs what it needs when root;
 * otherwise says what was skipped. Ends with one plain line over all suites.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

import { aptInstall, has, installPackages, say, top } from "./prepare.mjs";

const started = performance.now();
const total = { passed: 0, failed: 0, skipped: 0 };

installPackages();
const packages = [
  ...(has("chromium") ? [] : ["chromium", "fonts-liberation"]),
  ...(existsSync("/usr/lib/postgresql") ? [] : ["postgresql"]),
  ...(existsSync("/usr/lib/dovecot/imap") ? [] : ["dovecot-imapd"]),
];
if (packages.length) {
  say(`Installing ${packages.join(", ")} …`);
  if (!aptInstall(packages)) say(`Could not install ${packages.join(", ")}: the tests that need them are skipped.`);
}
// Databases of tests live for a second: where there is room in memory, no disk is waited for.
const MEMORY = "/dev/shm";
if (!process.env.TMPDIR && existsSync(MEMORY) && roomIn(MEMORY) > 4e9) process.env.TMPDIR = MEMORY;

/** In bytes. */
function roomIn(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const reports = join(top, ".cache/reports");
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

function step(name, count) {
  const from = performance.now();
  const result = count();
  for (const key of Object.keys(total)) total[key] += result[key] ?? 0;
  const numbers = `${result.passed ?? 0} passed, ${result.failed ?? 0} failed${result.skipped ? `, ${result.skipped} skipped` : ""}`;
  say(`— ${name}: ${numbers} (${((performance.now() - from) / 1000).toFixed(1)} s)\n`);
}

const bin = (name) => join(top, "node_modules/.bin", name);

// What needs no other is looked at side by side; the build is what the rest is tested on.
const checks = [
  ["types", bin("tsc"), ["--noEmit"]],
  ["lint", bin("oxlint"), ["--quiet"]],
  ["unused code", bin("knip"), ["--no-progress"]],
  ["build", process.execPath, ["scripts/build.mjs"]],
];
const found = await Promise.all(checks.map(([name, command, args]) => whole(name, command, args)));
for (const { name, output, ok, seconds } of found) {
  if (!ok) process.stdout.write(output);
  total[ok ? "passed" : "failed"] += 1;
  say(`— ${name}: ${ok ? "1 passed, 0 failed" : "0 passed, 1 failed"} (${seconds.toFixed(1)} s)`);
}
say("");

/** Runs a command to its end; what it says is kept together. */
function whole(name, command, args) {
  const from = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: top, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    const end = (ok) => resolve({ name, output, ok, seconds: (performance.now() - from) / 1000 });
    child.once("error", (error) => ((output += `${error.message}\n`), end(false)));
    child.once("close", (code) => end(code === 0));
  });
}

step("unit, database, HTTP", () => {
  const file = join(reports, "vitest.json");
  const { status } = spawnSync(bin("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], { cwd: top, stdio: "inherit" });
  if (!existsSync(file)) return { failed: 1 };
  const report = JSON.parse(readFileSync(file, "utf8"));
  const failed = report.numFailedTests + report.testResults.filter((f) => f.status === "failed" && !f.assertionResults.length).length;
  return { passed: report.numPassedTests, failed: failed || (status ? 1 : 0), skipped: report.numPendingTests + report.numTodoTests };
});

if (has("chromium")) {
  step("browser", () => {
    const file = join(reports, "playwright.json");
    const { status } = spawnSync(bin("playwright"), ["test", "--reporter=list,json"], { cwd: top, stdio: "inherit", env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file } });
    if (!existsSync(file)) return { failed: 1 };
    const { stats, errors } = JSON.parse(readFileSync(file, "utf8"));
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length || (status ? 1 : 0), skipped: stats.skipped };
  });
} else {
  say("— browser: skipped, there is no chromium on this machine\n");
  total.skipped += 1;
}

say(`All in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);
