/** rapport doubles …: records that may be one person, made one and taken apart again. */
import type { Command } from "commander";

import { getParty } from "../domain/customers/customers.server";
import { type Taken, takenSchema } from "../domain/doubles/choices";
import { keepApart, listDoubles, lookForDoubles } from "../domain/doubles/finding.server";
import { mergeParties } from "../domain/doubles/merge.server";
import { undoMerge } from "../domain/doubles/undo.server";
import { bySystem } from "../domain/journal/actor";
import { partyOf } from "./party";
import { fail, say, withApp } from "./shell";

const PARTY = "their id in the address of their page, e-mail address or customer number";

export function addDoublesCommands(cli: Command): void {
  const doubles = cli.command("doubles").description("records that may be one person");
  doubles
    .command("list")
    .option("--json", "one object per line")
    .description("look through new and changed records, then list the pairs that share an address, a telephone, or name and postcode")
    .action(({ json }: { json?: boolean }) =>
      withApp(async (app) => {
        while ((await lookForDoubles(app)) > 0);
        for (let before: number | null | undefined; before !== null; ) {
          const page = await listDoubles(app.db.read, { before: before ?? null, limit: 200 });
          for (const { one, other, signs } of page.pairs)
            say(json ? JSON.stringify({ one: one.publicId, other: other.publicId, signs }) : `${one.publicId} ${one.name} | ${other.publicId} ${other.name} | ${signs.join(", ")}`);
          before = page.next;
        }
      }),
    );
  doubles
    .command("merge")
    .argument("<survivor>", PARTY)
    .argument("<other>", "the record that goes into it, named in the same way")
    .option("--take <field=side...>", "where both say something else: own (the survivor's word) or other, as in --take email=other custom:size=own; the rest as suggested")
    .option("--json", "print what moved as one line of JSON")
    .description("make two records one; the answer names the merge, by which it can be undone")
    .action((survivor: string, other: string, { json, take }: { json?: boolean; take?: string[] }) =>
      withApp(async (app) => {
        const taken = takenOf(take ?? []);
        const [a, b] = [await partyOf(app, survivor), await partyOf(app, other)];
        const done = await app.db.write((tx) => mergeParties(tx, bySystem("cli", app.clock()), { survivorId: a.id, mergedId: b.id, take: taken }));
        if (!done.ok) fail(done.reason);
        if (json) return say(JSON.stringify({ merge: done.merge, survivor: a.publicId, moved: done.moved }));
        say(`merge ${done.merge}: ${b.name} is part of ${a.name} (${a.publicId}) now`);
        for (const [table, rows] of Object.entries(done.moved)) say(`  ${table}: ${rows}`);
      }),
    );
  doubles
    .command("undo")
    .argument("<merge>", "the merge, as `doubles merge` named it")
    .option("--json", "print both records as one line of JSON")
    .description("take two records apart again; what happened since stays with the one that stayed")
    .action((merge: string, { json }: { json?: boolean }) =>
      withApp(async (app) => {
        const undone = await app.db.write((tx) => undoMerge(tx, bySystem("cli", app.clock()), merge));
        if (!undone.ok) return fail(undone.reason);
        const [a, b] = [await getParty(app.db.read, undone.survivorId), await getParty(app.db.read, undone.mergedId)];
        say(json ? JSON.stringify({ survivor: a.publicId, merged: b.publicId }) : `two again: ${a.publicId} ${a.name}, ${b.publicId} ${b.name}`);
      }),
    );
  doubles
    .command("apart")
    .argument("<one>", PARTY)
    .argument("<other>", PARTY)
    .description("remember that two records are two people")
    .action((one: string, other: string) =>
      withApp(async (app) => {
        const [a, b] = [await partyOf(app, one), await partyOf(app, other)];
        const kept = await app.db.write((tx) => keepApart(tx, bySystem("cli", app.clock()), a.id, b.id, true));
        if (!kept.ok) fail(kept.reason);
        say(`${a.name} and ${b.name} are two`);
      }),
    );
}

function takenOf(given: readonly string[]): Taken {
  const taken = takenSchema.safeParse(Object.fromEntries(given.map((one) => one.split("=", 2))));
  return taken.success ? taken.data : fail("--take wants a field and a side: name, company, number, language, zone, country, birthday, tier, email, phone, postal or custom:KEY, then =own or =other");
}
