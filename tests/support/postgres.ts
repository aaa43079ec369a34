/** A scratch PostgreSQL server of our own on loopback, in a temporary folder: started for a run, gone after it. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

/** `copying`: how a template is copied soonest. */
export type ScratchPostgres = { url: string; copying: string; createDatabase(name: string): Promise<void>; stop(): Promise<void> };

/** Debian's folder of the newest server, or null when there is none. */
export function postgresBin(): string | null {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).filter((v) => existsSync(join(root, v, "bin/initdb"))).toSorted((a, b) => Number(b) - Number(a));
  return versions[0] ? join(root, versions[0], "bin") : null;
}

/** @returns null when this machine has no PostgreSQL (the tests that need it then say that they were skipped) */
export async function startPostgres(): Promise<ScratchPostgres | null> {
  const bin = postgresBin();
  if (!bin) return null;
  const folder = mkdtempSync(join(tmpdir(), "rapport-pg-"));
  const data = join(folder, "data");
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0;
  if (root) {
    chmodSync(folder, 0o755);
    execFileSync("chown", ["postgres", folder]);
  }
  const as = (command: string, args: string[]): [string, string[]] =>
    root ? ["runuser", ["-u", "postgres", "--", command, ...args]] : [command, args];
  execFileSync(...as(join(bin, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]), { stdio: "pipe", cwd: folder });
  const port = await freePort();
  // Nothing of it outlives the run: nothing need be on the disk.
  const careless = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "jit=off"];
  const options = [...careless, "listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=64MB"].flatMap((o) => ["-c", o]);
  const server = spawn(...as(join(bin, "postgres"), ["-D", data, "-p", String(port), "-k", folder, ...options]), { stdio: "ignore", cwd: folder });
  const url = `postgres://postgres@127.0.0.1:${port}`;
  await untilItAnswers(`${url}/postgres`);
  return {
    url,
    copying: Number(bin.split("/").at(-2)) >= 15 ? "STRATEGY FILE_COPY" : "",
    async createDatabase(name) {
      const client = new pg.Client({ connectionString: `${url}/postgres` });
      await client.connect();
      await client.query(`CREATE DATABASE "${name}"`);
      await client.end();
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      execFileSync(...as(join(bin, "pg_ctl"), ["-D", data, "stop", "-m", "immediate"]), { stdio: "pipe", cwd: folder });
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
