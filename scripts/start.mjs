/**
 * `npm start`: installs, builds, migrates, fills an empty database with the demo company, and serves web and worker.
 *   --web, --worker   only that part (several of each may run on one PostgreSQL)
 *   --empty           no demo: a one-time token for the first administrator is printed instead
 */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

import { fail, installPackages, say, top } from "./prepare.mjs";
import { WORKER_FLAGS } from "./worker-flags.mjs";

const started = performance.now();
const flags = new Set(process.argv.slice(2));
for (const flag of flags) if (!["--web", "--worker", "--empty"].includes(flag)) fail(`Unknown option ${flag}; there are --web, --worker and --empty.`);
const runWeb = flags.has("--web") || !flags.has("--worker");
const runWorker = flags.has("--worker") || !flags.has("--web");

installPackages();
const { build } = await import("./build.mjs");
if (build()) say("Built.");

const cli = (...args) => spawnSync(process.execPath, [join(top, "build/server/cli.js"), ...args], { cwd: top, stdio: "inherit" }).status === 0;
if (!cli("migrate", "--quiet")) process.exit(1);
if (runWeb && !flags.has("--empty") && !cli("seed", "demo", "--if-empty")) process.exit(1);

const children = new Map();
let stopping = false;

function launch(name, { onReady } = {}) {
  const child = spawn(process.execPath, [...(name === "worker" ? WORKER_FLAGS : []), join(top, `build/server/${name}.js`)], {
    cwd: top,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, RAPPORT_PARENT: String(process.pid), ...(flags.has("--empty") && { RAPPORT_DEMO: "0" }) },
  });
  children.set(name, child);
  const born = performance.now();
  child.on("message", (message) => onReady?.(message));
  child.on("exit", (code) => {
    children.delete(name);
    if (stopping) return;
    // The web process says why it could not start; the worker is safe to start again at any instant.
    if (name === "server") return stop(code ?? 1);
    const wait = performance.now() - born < 5_000 ? 5_000 : 500;
    setTimeout(() => stopping || launch(name), wait);
  });
}

function stop(code = 0) {
  if (stopping) return;
  stopping = true;
  for (const child of children.values()) child.kill("SIGTERM");
  const until = setTimeout(() => process.exit(code), 12_000);
  const look = setInterval(() => {
    if (children.size) return;
    clearInterval(look);
    clearTimeout(until);
    process.exit(code);
  }, 50);
}

process.on("SIGTERM", () => stop());
process.on("SIGINT", () => stop());
// npm that is asked to end leaves its script behind: nobody could stop it by the process that they started.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && stop(), 500).unref();

if (runWeb)
  launch("server", {
    onReady({ url }) {
      say(`\nRapport serves at ${url}`);
      cli("seed", "logins");
      cli("setup");
      say(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s. Stop with Ctrl-C.\n`);
    },
  });
if (runWorker) launch("worker");
