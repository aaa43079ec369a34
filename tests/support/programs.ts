/** Processes of a long run that are asked over HTTP: the built server, and small servers of the run's own. */
import { type ChildProcess, spawn } from "node:child_process";

import { onEnd } from "./long";
import { SCRATCH_FROM, SCRATCH_SECRET } from "./scratch";

type Program = { url: string; process: ChildProcess };

/** The built server on a free port. */
export function startServer(settings: Record<string, string>): Promise<Program> {
  return start(["build/server/server.js"], { HOST: "127.0.0.1", PORT: "0", SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, ...settings });
}

/** A module given as text, which tells where it listens by `process.send({ url })`. */
export function startProgram(text: string): Promise<Program> {
  return start(["--input-type=module", "-e", text], {});
}

async function start(args: string[], settings: Record<string, string>): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"], env: { PATH: process.env.PATH, NODE_ENV: "production", ...settings } });
  onEnd(() => child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`a server ended with ${code}`)));
    child.on("message", (said) => {
      if (typeof said === "object" && said !== null && "url" in said) resolve(String(said.url));
    });
  });
  return { url, process: child };
}
