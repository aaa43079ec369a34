/** Builds when the sources changed since the last build; the digest of what was built stands in build/.sources. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = ["app", "drizzle", "emails", "public", "package.json", "package-lock.json", "vite.config.ts", "remix.config.js", "tsconfig.json"];

function digest() {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(top, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) visit(join(path, name));
    else if (!/\.test\.tsx?$|\.md$/.test(path)) hash.update(path).update("\0").update(readFileSync(full)).update("\0");
  };
  SOURCES.forEach(visit);
  return hash.digest("hex");
}

/** @returns {boolean} whether it had to build */
export function build({ quiet = true } = {}) {
  const stamp = join(top, "build/.sources");
  const sources = digest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return false;
  rmSync(stamp, { force: true });
  const run = spawnSync(process.execPath, [join(top, "node_modules/@remix-run/dev/dist/cli.js"), "vite:build"], {
    cwd: top,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
    stdio: quiet ? "pipe" : "inherit",
  });
  if (run.status !== 0) {
    if (quiet) process.stderr.write(`${run.stdout}\n${run.stderr}\n`);
    throw new Error("the build failed");
  }
  writeFileSync(stamp, sources);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.stdout.write(build({ quiet: false }) ? "built\n" : "nothing changed since the last build\n");
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
