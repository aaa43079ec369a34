/**
 * `npm run fault -- NAME [--options]` and `npm run bench -- NAME [--options]`: what takes too long for `npm test`.
 * NAME is tests/faults/NAME.fault.ts or tests/bench/NAME.bench.ts (tests/support/long.ts says what such a file holds);
 * without a name: what there is. Builds the product when its sources changed, bundles the file, installs the Debian
 * packages it needs when root, and runs it in plain node. Prints `name: value` lines; last line `N passed, N failed`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { aptInstall, fail, installPackages, say, top } from "./prepare.mjs";

const [kind = "", name, ...options] = process.argv.slice(2);
const folder = { fault: "tests/faults", bench: "tests/bench" }[kind] ?? fail("Say fault or bench.");
const names = (existsSync(join(top, folder)) ? readdirSync(join(top, folder)) : []).flatMap((file) => (file.endsWith(`.${kind}.ts`) ? [file.slice(0, -`.${kind}.ts`.length)] : [])).sort();

if (!name) {
  for (const each of names) say(`${each.padEnd(12)} ${aboutOf(each)}`);
  process.exit(0);
}
if (!names.includes(name)) fail(`There is no ${kind} called ${name}. There are: ${names.join(", ")}.`);

if (!existsSync(join(top, "node_modules/vite"))) installPackages();
const { build } = await import("./build.mjs");
build();
// On which database tables are made for is decided when the program is loaded.
const dialect = options.join(" ").match(/--dialect[ =](\w+)/)?.[1];
const env = { ...process.env, ...(dialect === "postgres" && { DATABASE_URL: "postgres://scratch" }) };
const place = join(top, ".cache/long", `${kind}-${name}-${process.pid}`);
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
const bundle = await bundleOf(`../../../${folder}/${name}.${kind}`);

const asked = spawnSync(process.execPath, [bundle, "--needs", ...options], { cwd: top, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
if (asked.status !== 0) fail(`It could not be asked what it needs: ended ${asked.signal ? `by ${asked.signal}` : `with ${asked.status}`}.`);
const missing = asked.stdout.split("\n").filter((one) => one && !isInstalled(one));
if (missing.length && !aptInstall(missing)) {
  say(`skipped: needs the Debian packages ${missing.join(", ")}`);
  say("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}

const built = stampOf();
const child = spawn(process.execPath, ["--enable-source-maps", bundle, ...options], { cwd: top, env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
// npm that is asked to end leaves its script behind.
const parent = process.ppid;
let isLeft = false;
const leave = () => {
  if (isLeft || process.ppid === parent) return;
  isLeft = true;
  say("told to end: the npm that started it is gone");
  child.kill("SIGTERM");
};
if (process.env.npm_lifecycle_event) setInterval(leave, 500).unref();
child.on("exit", (code, signal) => {
  if (signal) say(`FAILED: ended by ${signal} before its end`);
  if (stampOf() !== built) say("the product was built anew meanwhile: what was started before and after are two programs");
  process.exit(signal ? 1 : (code ?? 1));
});

/** What the product was built of; empty while it is being built. */
function stampOf() {
  const stamp = join(top, "build/.sources");
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
}

/** @returns {Promise<string>} the path of one file that runs it */
async function bundleOf(module) {
  const { build: vite } = await import("vite");
  const { default: tsconfigPaths } = await import("vite-tsconfig-paths");
  mkdirSync(place, { recursive: true });
  const entry = join(place, "entry.ts");
  writeFileSync(entry, `import * as it from "${module}";\nimport { main } from "../../../tests/support/long";\nawait main(it);\n`);
  await vite({
    root: top,
    configFile: false,
    logLevel: "error",
    plugins: [tsconfigPaths()],
    build: {
      ssr: entry, outDir: place, emptyOutDir: false, target: "es2022", minify: false, sourcemap: "inline", copyPublicDir: false,
      rollupOptions: { output: { entryFileNames: "run.mjs", inlineDynamicImports: true } },
    },
  });
  return join(place, "run.mjs");
}

function aboutOf(each) {
  const source = readFileSync(join(top, folder, `${each}.${kind}.ts`), "utf8");
  return /export const about =\s*"([^"]+)"/.exec(source)?.[1] ?? "";
}

/** Of these, one file tells: dpkg is slow to ask, and Debian's database may be away. */
function isInstalled(debian) {
  if (existsSync(`/var/lib/dpkg/info/${debian}.list`)) return true;
  return spawnSync("dpkg-query", ["-W", debian], { stdio: "ignore" }).status === 0;
}
