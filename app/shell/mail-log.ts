/** rapport mail log …: mails as files onto timelines. */
import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { findPartyByPublicId } from "../domain/customers/customers.server";
import { ownAddresses } from "../domain/correspondence/keeping.server";
import { listKeptMailCustomers } from "../domain/correspondence/kept-mails.server";
import { logMailFile, readMailFile } from "../domain/correspondence/mail-files.server";
import { bySystem } from "../domain/journal/actor";
import type { App } from "../context.server";
import { fail, say, withApp } from "./shell";

type Logged = { file: string; outcome: string; mail: string | null; customers: { id: string; direction: string }[] };

export function addMailLog(mail: Command): void {
  mail
    .command("log")
    .argument("<files...>", "raw messages (.eml), or - for standard input")
    .option("--party <id>", "a customer on whose timeline they belong, whatever their addresses are")
    .option("--json", "one array with { file, outcome, mail, customers } per file")
    .description("put mails on the timelines of the customers they are with; exit code 1 when one was not taken")
    .action((files: string[], { party, json }: { party?: string; json?: boolean }) =>
      withApp(async (app) => {
        const partyId = party === undefined ? null : await customerNamed(app, party);
        const own = await ownAddresses(app.db.read, app.env);
        const done: Logged[] = [];
        for (const file of files) done.push(await logOne(app, file, { own, partyId }));
        if (json) say(JSON.stringify(done, null, 1));
        else for (const { file, outcome, customers } of done) say(`${file}: ${outcome}${customers.length ? ` (${customers.length} ${customers.length === 1 ? "customer" : "customers"})` : ""}`);
        if (done.some(({ outcome }) => outcome !== "kept" && outcome !== "there")) process.exitCode = 1;
      }),
    );
}

async function logOne(app: App, file: string, given: { own: Awaited<ReturnType<typeof ownAddresses>>; partyId: number | null }): Promise<Logged> {
  const read = await readMailFile(bytesOf(file), app.clock());
  if (!read.ok) return { file, outcome: read.reason, mail: null, customers: [] };
  const kept = await app.db.write((tx) => logMailFile(tx, bySystem("cli", app.clock()), { told: read.told, ...given }));
  if (!kept.ok) return { file, outcome: kept.reason, mail: null, customers: [] };
  const customers = await listKeptMailCustomers(app.db.read, kept.mailId);
  return { file, outcome: kept.isNew ? "kept" : "there", mail: kept.publicId, customers: customers.map(({ publicId, direction }) => ({ id: publicId, direction })) };
}

async function customerNamed(app: App, publicId: string): Promise<number> {
  const party = await findPartyByPublicId(app.db.read, publicId);
  return party && party.erasedAt === null && party.mergedIntoId === null ? party.id : fail(`There is no customer ${publicId}.`);
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
}
