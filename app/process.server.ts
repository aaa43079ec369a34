import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parentToWatch, SettingError } from "./env.server";

/**
 * Runs `main` when this module is the one node was started with, and the function that it returns when the process is
 * asked to stop or its parent is gone (SIGTERM to npm orphans its child).
 */
export function runMain(moduleUrl: string, main: () => Promise<() => Promise<void>>): void {
  if (!process.argv[1] || realpathSync(process.argv[1]) !== fileURLToPath(moduleUrl)) return;
  void main().then(
    (close) => {
      let closing = false;
      const stop = () => {
        if (closing) return;
        closing = true;
        setTimeout(() => process.exit(1), 10_000).unref();
        void close().then(() => process.exit(0), () => process.exit(1));
      };
      process.once("SIGTERM", stop);
      process.once("SIGINT", stop);
      const parent = parentToWatch();
      if (parent) watchParent(parent, stop);
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof SettingError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
}

function watchParent(pid: number, gone: () => void): void {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      gone();
    }
  }, 1000).unref();
}
