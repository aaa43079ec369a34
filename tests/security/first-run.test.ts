/** The first start without the demo, from the shell's token to the administrator's session. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { staffUsers } from "../../app/domain/accounts/schema";
import { getCompany } from "../../app/domain/company/company.server";
import { readEnv, SettingError } from "../../app/env.server";
import { testApp, type TestApp } from "../support/app";
import { cookiesAfter } from "../support/sign-in";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app?.close());

/** Waited for, not blocked on: the server lives in this process too, and would drop its connections meanwhile. */
async function setupOnTheConsole(): Promise<string> {
  const env = { ...process.env, DATABASE_FILE: app.env.DATABASE_FILE, SECRET_KEY: app.env.SECRET_KEY, APP_URL: "http://crm.example.com", LOG_LEVEL: "silent" };
  return (await promisify(execFile)(process.execPath, ["build/server/cli.js", "setup"], { encoding: "utf8", env })).stdout;
}
const form = (token: string, i = 0) => ({ token, name: "Agata Lipińska", email: `agata${i}@example.com`, password: "nine lives of a cat", companyName: "Lipa Print", postalAddress: "Lipowa 7" });

test("nobody has an account, and no default password lets anybody in", async () => {
  expect((await app.request("/staff/login")).headers.get("location")).toBe("/setup");
  expect((await app.request("/setup")).status).toBe(200);
  for (const [email, password] of [["admin@example.com", "admin"], ["admin@example.com", "lipa workshop"], ["admin", "admin"]] as const)
    expect((await app.request("/staff/login", { form: { email, password } })).headers.getSetCookie().join()).not.toMatch(/rapport_staff=\w/);
});

test("the console's token makes the first administrator: one of fifty who race, who is then signed in", async () => {
  const printed = await setupOnTheConsole();
  expect(printed).toContain("http://crm.example.com/setup");
  const token = /token: (\S+)/.exec(printed)?.[1] ?? "";
  expect(Buffer.from(token, "base64url")).toHaveLength(32);

  const wrong = await app.request("/setup", { form: form("made-up") });
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain("agata0@example.com");

  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => app.request("/setup", { form: form(token, i) })));
  const winners = answers.filter((a) => a.headers.get("location") === "/staff/settings");
  // Mutant: without the update's `usedAt IS NULL`, or with the check outside the transaction, several win.
  expect(winners).toHaveLength(1);
  expect(await app.db.read.select().from(staffUsers)).toHaveLength(1);
  expect((await getCompany(app.db.read)).name).toBe("Lipa Print");
  expect((await app.request("/staff/settings", { cookie: cookiesAfter(winners[0] as Response) })).status).toBe(200);

  expect(await setupOnTheConsole()).toBe("");
  expect((await app.request("/setup")).headers.get("location")).toBe("/staff/login");
});

test("a secret that cannot be made must be given: with PostgreSQL a start without it is refused, by name", () => {
  expect(() => readEnv({ DATABASE_URL: "postgres://localhost/rapport" })).toThrow(SettingError);
  expect(() => readEnv({ DATABASE_URL: "postgres://localhost/rapport" })).toThrow(/SECRET_KEY/);
  expect(() => readEnv({ SECRET_KEY: "short" })).toThrow(/SECRET_KEY/);
});

test("a process without the secret it needs does not start, and says which", () => {
  const start = (settings: Record<string, string>) => {
    const env = { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "info", ...settings } as unknown as NodeJS.ProcessEnv;
    return ["server", "worker"].map((name) => spawnSync(process.execPath, [`build/server/${name}.js`], { encoding: "utf8", env, timeout: 30_000 }));
  };
  const file = join(mkdtempSync(join(tmpdir(), "rapport-secret-")), "a-file");
  writeFileSync(file, "");
  for (const settings of [{ DATABASE_URL: "postgres://127.0.0.1:1/rapport" }, { DATABASE_FILE: join(file, "rapport.db") }] as Record<string, string>[])
    for (const { status, stdout, stderr } of start(settings)) {
      expect([settings, status]).toEqual([settings, 1]);
      expect(stdout + stderr).toMatch(/SECRET_KEY: (must be given|is not given)/);
      expect(stdout + stderr).not.toMatch(/\n\s+at /);
    }
});
