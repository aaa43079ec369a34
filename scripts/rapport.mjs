/** `npm run -s rapport -- …`: builds when needed, then runs the built shell. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "./build.mjs";
import { WORKER_FLAGS } from "./worker-flags.mjs";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
build();
const child = spawn(process.execPath, [...WORKER_FLAGS, join(top, "build/server/cli.js"), ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
