/** rapport export …: what there is, as files that rapport import reads again. */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Writable } from "node:stream";

import type { Command } from "commander";

import type { App } from "../context.server";
import { getCompany } from "../domain/company/company.server";
import { exportFile, noteExport, type WhoseRows } from "../domain/imports/export.server";
import { IMPORT_TYPES_LIST, type ImportType } from "../domain/imports/import";
import { bySystem } from "../domain/journal/actor";
import { listSegmentPartyIds, listSegments } from "../domain/segments/segments.server";
import { fail, withApp } from "./shell";

export function addExportCommands(cli: Command): void {
  cli
    .command("export")
    .argument("<type>", IMPORT_TYPES_LIST.join(", "))
    .option("--segment <name>", "only of the customers of a segment, by its name or id")
    .option("--out <file>", "write to a file instead of standard output")
    .description("write everything of a type as CSV (UTF-8 with BOM); rapport import reads it again")
    .action((type: string, flags: { segment?: string; out?: string }) =>
      withApp(async (app) => {
        if (!IMPORT_TYPES_LIST.includes(type as ImportType)) fail(`${type}: one of ${IMPORT_TYPES_LIST.join(", ")}`);
        const whose = flags.segment === undefined ? null : await membersOf(app, flags.segment);
        const { locale } = await getCompany(app.db.read);
        await app.db.write((tx) => noteExport(tx, bySystem("cli", app.clock()), type as ImportType, flags.segment ?? null));
        const out = flags.out ? createWriteStream(flags.out) : process.stdout;
        for await (const piece of exportFile(app.db.aside, type as ImportType, locale, whose)) await put(out, piece);
        if (out === process.stdout) return;
        out.end();
        await finished(out);
      }),
    );
}

async function put(out: Writable, piece: string): Promise<void> {
  if (!out.write(piece)) await once(out, "drain");
}

async function membersOf(app: App, which: string): Promise<WhoseRows> {
  const segment = (await listSegments(app.db.read)).find((one) => one.publicId === which || one.name === which);
  if (!segment) return fail(`${which}: there is no such segment`);
  const now = app.clock();
  return (afterId, limit) => listSegmentPartyIds(app.db.aside, app.fields, segment.rules, now, { afterId, limit });
}
