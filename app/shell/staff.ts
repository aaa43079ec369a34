/** rapport staff …: accounts of the people who work here. */
import { readFileSync } from "node:fs";

import type { Command } from "commander";
import { z } from "zod";

import { passwordFault } from "../domain/accounts/password";
import { hashPassword } from "../domain/accounts/passwords.server";
import { createStaffUser, listTeam } from "../domain/accounts/staff.server";
import { emailSchema } from "../domain/customers/contact";
import { bySystem } from "../domain/journal/actor";
import { fail, say, withApp } from "./shell";

const input = z.object({
  email: emailSchema,
  name: z.string().trim().min(1, "required").max(120, "too_long"),
  role: z.enum(["administrator", "marketer", "support", "manager"], { error: "must be administrator, marketer, support or manager" }),
  locale: z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"], { error: "must be en, pl, sr-Latn or sr-Cyrl" }),
});

export function addStaffCommands(cli: Command): void {
  const staff = cli.command("staff").description("accounts of the people who work here");
  staff
    .command("create")
    .requiredOption("--email <address>", "with which they sign in")
    .requiredOption("--name <name>", "as others see it")
    .requiredOption("--role <role>", "administrator, marketer, support or manager")
    .option("--locale <locale>", "en, pl, sr-Latn or sr-Cyrl", "en")
    .description("make an account; the password is read from standard input, so that no list of processes shows it")
    .action((flags: Record<string, string>) =>
      withApp(async (app) => {
        const parsed = input.safeParse(flags);
        if (!parsed.success) fail(parsed.error.issues.map((issue) => `--${String(issue.path[0])}: ${issue.message}`).join("\n"));
        if (process.stdin.isTTY) process.stderr.write("Password, then Enter: ");
        const password = readFileSync(0, "utf8").split(/\r?\n/)[0] ?? "";
        const fault = passwordFault(password, parsed.data.email);
        if (fault) fail(`the password cannot be taken: ${fault}`);
        const passwordHash = await hashPassword(password);
        const made = await app.db.write((tx) => createStaffUser(tx, bySystem("cli", app.clock()), { ...parsed.data, passwordHash }));
        if (!made.ok) fail(`--email: somebody already has ${parsed.data.email}`);
        say(`${parsed.data.email} can sign in at ${app.env.APP_URL}/staff/login`);
      }),
    );
  staff
    .command("list")
    .description("list the accounts")
    .action(() =>
      withApp(async (app) => {
        for (const one of await listTeam(app.db.read)) say(`${one.email}\t${one.role}\t${one.name}${one.disabledAt === null ? "" : "\tdisabled"}`);
      }),
    );
}
