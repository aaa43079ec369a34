/**
 * What both commands need before anything else: packages as the lock says. Nothing here needs a package.
 * A digest of the lock stands in node_modules, so that the second run does nothing.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const top = dirname(dirname(fileURLToPath(import.meta.url)));

export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Runs a command to its end. @returns {boolean} whether it succeeded */
export function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: top, stdio: "inherit", ...options }).status === 0;
}

export function has(command) {
  return spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status === 0;
}

export const isRoot = process.getuid?.() === 0;

/** Installs Debian packages when we may. @returns {boolean} whether they are there now */
export function aptInstall(packages) {
  if (!isRoot || !has("apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env, stdio: ["ignore", "ignore", "inherit"] });
  return install() || (run("apt-get", ["update", "-qq"], { env, stdio: ["ignore", "ignore", "inherit"] }) && install());
}

export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Rapport needs Node 20.19 or newer; this is ${process.versions.node}.`);
  // A linked folder is somebody else's: npm ci would empty it.
  if (lstatSync(join(top, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const digest = createHash("sha256").update(readFileSync(join(top, "package-lock.json"))).digest("hex");
  const stamp = join(top, "node_modules/.rapport-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  // better-sqlite3 is compiled where no prebuilt binary can be had.
  const missing = ["python3", "make", "g++"].filter((tool) => !has(tool));
  if (missing.length) aptInstall(missing);
  say("Installing packages …");
  if (!run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"])) {
    const still = ["python3", "make", "g++"].filter((tool) => !has(tool));
    fail(`npm ci failed.${still.length ? ` The database driver may need to be compiled; please install: ${still.join(", ")}.` : ""}`);
  }
  writeFileSync(stamp, digest);
}
