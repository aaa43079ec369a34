/** rapport import …: customers, products and orders from a file. */
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { finished } from "node:stream/promises";

import type { Command } from "commander";

import type { App } from "../context.server";
import { getCompany } from "../domain/company/company.server";
import { Checker } from "../domain/imports/check.server";
import { inspectFile, UnreadableFile, type FileShape } from "../domain/imports/csv-file.server";
import { checkMapping, FIELDS, fieldsOf, IMPORT_TYPES_LIST, KEYS, optionsSchema, type ColumnMapping, type ImportType, type MappingProblem } from "../domain/imports/import";
import { listOwnFields } from "../domain/imports/own-fields.server";
import { findPreset, listPresets } from "../domain/imports/presets.server";
import { countRejects, rejectsFile } from "../domain/imports/rejects.server";
import { runToEnd } from "../domain/imports/running.server";
import { createRun, findUnfinishedRun, planImport, resumeRun, startRun, type ImportRun } from "../domain/imports/runs.server";
import type { ImportOptions } from "../domain/imports/schema";
import { bySystem } from "../domain/journal/actor";
import { fail, say, withApp } from "./shell";

type Flags = {
  preset?: string;
  map?: string[];
  json?: boolean;
  rejects?: string;
  encoding?: string;
  delimiter?: string;
  decimalMark?: string;
  dayOrder?: string;
  timeZone?: string;
  currency?: string;
  topic?: string;
  key?: string;
  createCustomers?: boolean;
  dryRun?: boolean;
  replaceTags?: boolean;
};

export function addImportCommands(cli: Command): void {
  const group = cli.command("import").description("read customers, consents, notes, products, orders, invoices, payments or shipments from a CSV file, plain or gzipped");
  for (const type of IMPORT_TYPES_LIST) {
    const command = group
      .command(type)
      .argument("<file>", "the file")
      .option("--preset <name>", "a saved mapping, or one that comes along: see rapport import presets")
      .option("--map <field=header...>", `which column is which; fields: ${FIELDS[type].map((f) => f.key).join(", ")}${type === "customers" ? ", custom:KEY for an own field" : ""}`)
      .option("--encoding <name>", "utf-8, utf-16le, utf-16be, windows-1250 or windows-1252 (guessed)")
      .option("--delimiter <sign>", "between cells: , ; | or tab (guessed)")
      .option("--decimal-mark <sign>", ". or , (guessed)")
      .option("--day-order <order>", "dmy or mdy, for days like 1/2/2026 (guessed)")
      .option("--time-zone <name>", "of times that name none (the company's)")
      .option("--currency <code>", "of prices that name none (the company's)")
      .option("--rejects <file>", "write the rows that were refused, with reasons, to this file")
      .option("--dry-run", "read all of it and say what would change; write nothing")
      .option("--json", "print the result as one line of JSON")
      .description(`import ${type}; imported again, nothing changes`);
    const keys = KEYS[type];
    if (keys) command.option("--key <name>", `by what rows are known: ${keys.join(", ")} (the first)`);
    if (type === "customers" || type === "consents") command.option("--topic <key>", "the topic that the consent column speaks of (the first)");
    if (type === "customers") command.option("--replace-tags", "the file's tags take the place of those that are there (they are added)");
    if (type === "orders") command.option("--create-customers", "make the customers whose number is not known");
    command.action((file: string, flags: Flags) => withApp((app) => importFile(app, type, file, flags)));
  }
  group
    .command("presets")
    .description("list the saved mappings")
    .action(() =>
      withApp(async (app) => {
        for (const preset of await listPresets(app.db.read)) say(`${preset.name}\t${preset.type}${preset.isBuiltIn ? "\tbuilt in" : ""}`);
      }),
    );
}

async function importFile(app: App, type: ImportType, file: string, flags: Flags): Promise<void> {
  if (!(await stat(file).catch(() => null))?.isFile()) fail(`${file}: there is no such file`);
  const shape = await inspectFile(file, given(flags)).catch((error: unknown) => {
    if (error instanceof UnreadableFile) fail(`${file}: ${error.message}`);
    throw error;
  });
  const preset = flags.preset ? await findPreset(app.db.read, type, flags.preset) : null;
  if (flags.preset && !preset) fail(`--preset: there is no preset ${flags.preset} for ${type}; see rapport import presets`);
  const own = await listOwnFields(app.db.read, type);
  const planned = planImport(type, shape, await getCompany(app.db.read), preset, own);
  const mapping = { ...planned.mapping, ...readMap(fieldsOf(type, own), flags.map ?? []) };
  const options = readOptions({ ...planned.options, ...chosen(flags) });
  const problems = checkMapping(type, mapping, shape.headers);
  if (problems.length) fail(describeProblems(file, problems, mapping, shape.headers));
  if (flags.dryRun) return checkFile(app, { type, file, shape, mapping, options }, flags.json === true);

  const by = bySystem("cli", app.clock());
  const run = await app.db.write(async (tx) => {
    const unfinished = await findUnfinishedRun(tx, type, shape.sha256);
    if (unfinished) {
      await resumeRun(tx, by, unfinished.id);
      return unfinished;
    }
    const made = await createRun(tx, by, { type, filename: basename(file), shape, mapping, options, preset: flags.preset ?? null, origin: "shell" });
    await startRun(tx, by, made, { mapping, options });
    return made;
  });
  if (run.cursor > 0) process.stderr.write(`going on after row ${run.cursor} of an import that was interrupted\n`);
  const done = await runToEnd(app.db, app.clock, run.id, file, flags.json ? undefined : progress());
  if (flags.rejects) await writeRejects(app, done, flags.rejects);
  if (flags.json) {
    const { customers, orders, lines, products, created, changed, unchanged } = done.report;
    const { read, accepted, rejected } = done;
    say(JSON.stringify({ read, accepted, rejected, customers, ...(type === "products" && { products }), orders, lines, created, changed, unchanged }));
  } else await describeResult(app, done);
  if (done.state === "paused") process.stderr.write("the import was paused; the same command goes on with it\n");
}

function given(flags: Flags): Parameters<typeof inspectFile>[1] {
  const { encoding, delimiter } = chosen(flags);
  const parsed = optionsSchema.pick({ encoding: true, delimiter: true }).partial().safeParse({ encoding, delimiter });
  if (!parsed.success) fail(parsed.error.issues.map((issue) => `--${issue.path.join(".")}: cannot be ${JSON.stringify(flags[issue.path[0] as "encoding"])}`).join("\n"));
  return parsed.data;
}

function chosen(flags: Flags): Partial<ImportOptions> {
  const delimiter = flags.delimiter === "tab" || flags.delimiter === "\\t" ? "\t" : flags.delimiter;
  return Object.fromEntries(
    Object.entries({
      encoding: flags.encoding, delimiter, decimalMark: flags.decimalMark, dayOrder: flags.dayOrder, timeZone: flags.timeZone, currency: flags.currency,
      topicKey: flags.topic, createsCustomers: flags.createCustomers, key: flags.key, tags: flags.replaceTags ? "replace" : undefined,
    }).filter(([, value]) => value !== undefined),
  );
}

function readOptions(options: ImportOptions): ImportOptions {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const flag = (path: PropertyKey[]) => String(path[0]).replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  return fail(parsed.error.issues.map((issue) => `--${flag(issue.path)}: cannot be ${JSON.stringify(options[issue.path[0] as keyof ImportOptions])}`).join("\n"));
}

function readMap(fields: readonly { key: string }[], entries: string[]): ColumnMapping {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      const field = entry.slice(0, at);
      if (at < 1 || !fields.some((f) => f.key === field)) fail(`--map ${entry}: write field=Header; fields: ${fields.map((f) => f.key).join(", ")}`);
      return [field, entry.slice(at + 1)];
    }),
  );
}

function describeProblems(file: string, problems: MappingProblem[], mapping: ColumnMapping, headers: string[]): string {
  const lines = problems.map(({ field, reason }) =>
    reason === "required"
      ? `  ${field}: no column found for it`
      : reason === "no_identifier"
        ? `  ${field}: neither a number nor an e-mail address tells who is meant`
        : `  ${field}: there is no column ${mapping[field]}`,
  );
  return `${file}: the columns do not fit\n${lines.join("\n")}\nThe file has: ${headers.join(", ")}\nName them by --map field=Header.`;
}

type Planned = { type: ImportType; file: string; shape: FileShape; mapping: ColumnMapping; options: ImportOptions };

/** The dry run: the whole file is held against what is known, and nothing is written. */
async function checkFile(app: App, { type, file, shape, mapping, options }: Planned, asJson: boolean): Promise<void> {
  const checker = new Checker(app.db, { id: 0, cursor: 0, type, headers: shape.headers, mapping, options }, file);
  while (await checker.step(app.clock()));
  const { isComplete: _, ...found } = checker.preview;
  if (asJson) return say(JSON.stringify(found));
  describePlan(shape, mapping, options);
  say(`${found.read} rows read, ${found.rejected} would be rejected`);
  say(`  ${found.created} would be created, ${found.changed} changed, ${found.unchanged} stay as they are`);
  if (found.isEstimate) say("  an estimate: very many stand in the file more than once");
  for (const [reason, count] of Object.entries(found.reasons)) say(`  rejected: ${count} × ${reason}`);
  for (const row of found.first)
    say(`line ${row.line} ${row.outcome}: ${row.name}\n${row.fields.map(({ field, from, to }) => `    ${field}: ${from === null ? "" : `${JSON.stringify(from)} -> `}${JSON.stringify(to)}`).join("\n")}`);
}

function describePlan(shape: { headers: string[]; rows: number }, mapping: ColumnMapping, options: ImportOptions): void {
  say(`${shape.rows} rows, ${options.encoding}, delimiter ${JSON.stringify(options.delimiter)}, decimals with ${options.decimalMark}, days ${options.dayOrder}`);
  for (const [field, header] of Object.entries(mapping)) say(`  ${field} <- ${header}`);
  const unused = shape.headers.filter((header) => !Object.values(mapping).includes(header));
  if (unused.length) say(`not used: ${unused.join(", ")}`);
}

function progress(): (run: ImportRun) => void {
  let told = 0;
  return (run) => {
    if (!process.stderr.isTTY || Date.now() - told < 500) return;
    told = Date.now();
    process.stderr.write(`\r${run.read} of ${run.total} rows`);
  };
}

async function describeResult(app: App, run: ImportRun): Promise<void> {
  const { report } = run;
  say(`${run.read} rows read, ${run.accepted} accepted, ${run.rejected} rejected`);
  if (run.type === "orders") {
    say(`  ${report.orders} orders with ${report.lines} lines of ${report.customers} customers`);
    if (report.creditNotes) say(`  ${report.creditNotes} cancellations with ${report.creditLines} lines, kept as credit notes`);
  } else if (run.type === "customers") say(`  ${report.customers} customers, ${report.consents} consents`);
  else say(`  ${report.products} products`);
  say(`  ${report.created} created, ${report.changed} changed, ${report.unchanged} as they were`);
  for (const { reason, count } of await countRejects(app.db.read, run.id)) say(`  rejected: ${count} × ${reason}`);
}

async function writeRejects(app: App, run: ImportRun, file: string): Promise<void> {
  const out = createWriteStream(file);
  for await (const piece of rejectsFile(app.db.read, run, ["Line", "Column", "Reason"], (reject) => reject.reason)) out.write(piece);
  out.end();
  await finished(out);
}
