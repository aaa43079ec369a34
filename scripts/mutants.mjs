/**
 * `npm run mutants [-- NAME…]`: takes one guard out at a time and sees whether its test notices. The table is
 * tests/mutants.mjs; a NAME picks every entry that contains it. Works on a copy, so the tree is never changed.
 *
 * Prints `NAME: caught` or `NAME: SURVIVED` for each; last line `N passed, N failed`. A mutant is caught only when a
 * test of its file failed: one that does not build, or whose test fails without it too, is told apart and counts as failed.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { MUTANTS } from "../tests/mutants.mjs";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stdout.write(`${line}\n`);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !MUTANTS.some((mutant) => mutant.name.includes(name)));
if (unknown.length) {
  process.stderr.write(`No mutant is called ${unknown.join(", ")}. There are:\n${MUTANTS.map((mutant) => `  ${mutant.name}`).join("\n")}\n`);
  process.exit(2);
}
const chosen = MUTANTS.filter(({ name }) => !wanted.length || wanted.some((part) => name.includes(part)));

const copy = mkdtempSync(join(tmpdir(), "rapport-mutants-"));
let running = null;
const stop = (code) => {
  if (running) process.kill(-running.pid, "SIGKILL");
  rmSync(copy, { recursive: true, force: true });
  process.exit(code);
};
process.on("SIGINT", () => stop(130));
process.on("SIGTERM", () => stop(143));

copyTree();
if (chosen.some(runsBuilt)) {
  const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: copy, encoding: "utf8" });
  if (built.status !== 0) {
    process.stderr.write(built.stderr);
    stop(1);
  }
  cpSync(join(copy, "build"), join(copy, ".built"), { recursive: true });
}
const healthy = new Map();
let caught = 0;
// Those that share a test stand together, so that it is seen to pass without them once.
for (const mutant of chosen.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))) {
  const verdict = await judge(mutant);
  if (verdict === "caught") caught += 1;
  say(`${mutant.name}: ${verdict}`);
}
say(`${caught} passed, ${chosen.length - caught} failed`);
stop(caught === chosen.length ? 0 : 1);

/** What git would see, and the build that is there; packages stay where they are. */
function copyTree() {
  const files = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: top, encoding: "utf8" }).stdout;
  for (const file of files.split("\0").filter((name) => name && existsSync(join(top, name)))) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(top, file), join(copy, file));
  }
  if (existsSync(join(top, "build"))) cpSync(join(top, "build"), join(copy, "build"), { recursive: true });
  symlinkSync(join(top, "node_modules"), join(copy, "node_modules"));
}

async function judge(mutant) {
  const times = countIn(mutant.file, mutant.find);
  if (times !== 1) return `INVALID (its text stands ${times} times in ${mutant.file})`;
  if (!healthy.has(keyOf(mutant))) healthy.set(keyOf(mutant), await run(mutant));
  const without = healthy.get(keyOf(mutant));
  if (without.failed || !without.passed) return `INVALID (without it: ${without.passed} passed, ${without.failed} failed${without.why})`;
  const place = (runsBuilt(mutant) && placeInBuild(mutant.find)) || mutant.file;
  const before = readFileSync(join(copy, place), "utf8");
  writeFileSync(join(copy, place), before.split(mutant.find).join(mutant.put));
  const { passed, failed, why } = await run(mutant);
  writeFileSync(join(copy, place), before);
  if (place === mutant.file && runsBuilt(mutant)) restoreBuild();
  if (failed) return "caught";
  return passed ? "SURVIVED" : `INVALID (no test ran${why})`;
}

/** Tests of these projects look at what was built; the others read the sources. */
function runsBuilt({ project }) {
  return !/^(unit|db)-?/.test(project);
}

/** The one built file that holds the text as it stands in the sources, if there is one. */
function placeInBuild(find) {
  const holders = readdirSync(join(copy, "build/server"), { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .flatMap((name) => Array(countIn(join("build/server", name), find)).fill(join("build/server", name)));
  return holders.length === 1 ? holders[0] : null;
}

function countIn(file, text) {
  return readFileSync(join(copy, file), "utf8").split(text).length - 1;
}

function restoreBuild() {
  rmSync(join(copy, "build"), { recursive: true, force: true });
  cpSync(join(copy, ".built"), join(copy, "build"), { recursive: true });
}

function keyOf({ project, test, only = "" }) {
  return `${project} ${test} ${only}`;
}

/** @returns how many tests of the file passed and failed; `why` when it could not even begin */
async function run({ project, test, only }) {
  const report = join(copy, "mutants-report.json");
  rmSync(report, { force: true });
  const args = ["run", "--project", project, test, ...(only ? ["-t", only] : []), "--reporter=json", `--outputFile=${report}`];
  let output = "";
  running = spawn(join(copy, "node_modules/.bin/vitest"), args, { cwd: copy, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [running.stdout, running.stderr]) stream.on("data", (data) => (output = (output + data).slice(-2000)));
  await new Promise((resolve) => running.once("close", resolve));
  running = null;
  if (!existsSync(report)) return { passed: 0, failed: 0, why: `: ${output.trim().split("\n").slice(-3).join(" / ")}` };
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const why = testResults.map((file) => file.message).find(Boolean)?.split("\n")[0] ?? "";
  return { passed, failed, why: why && `: ${why}` };
}
