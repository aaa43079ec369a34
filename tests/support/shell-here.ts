/** The shell's commands in this process, on a database that this process has open as well: what they print, and their exit code. */
import { program } from "../../app/cli";

export async function shellHere(settings: Record<string, string | undefined>, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  const { env, exitCode } = process;
  const writers = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ["stdout", "stderr"] as const)
    process[stream].write = ((text: string) => {
      said[stream] += text;
      return true;
    }) as typeof process.stdout.write;
  process.env = { NODE_ENV: "test", PATH: env.PATH, LOG_LEVEL: "silent" };
  for (const [name, value] of Object.entries(settings)) if (value !== undefined) process.env[name] = value;
  process.exitCode = 0;
  try {
    await program().parseAsync(["node", "rapport", ...args]);
    return { code: Number(process.exitCode), ...said };
  } finally {
    process.env = env;
    process.exitCode = exitCode;
    process.stdout.write = writers.stdout;
    process.stderr.write = writers.stderr;
  }
}
