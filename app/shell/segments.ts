/** rapport segment …: questions about customers from a file (docs/segment-rules.md), or a segment that is kept. */
import { existsSync, readFileSync } from "node:fs";

import type { Command } from "commander";

import { openApp, type App } from "../context.server";
import { findPartyByEmail, findPartyByNumber, findPartyByPublicId, type Party } from "../domain/customers/customers.server";
import type { Reader } from "../db/types";
import { entriesOf } from "../domain/imports/entries";
import { bySystem } from "../domain/journal/actor";
import { fieldInfo } from "../domain/segments/check";
import { SegmentRulesError } from "../domain/segments/compile";
import { type ExplainedClause, type ExplainedGroup, type Fact, isExplainedGroup } from "../domain/segments/explain";
import { explainSegment } from "../domain/segments/explain.server";
import { addToList, createList, findListed, removeFromList } from "../domain/segments/lists.server";
import { rulesJsonSchema } from "../domain/segments/json-schema";
import { keepSegment } from "../domain/segments/keeping.server";
import { countMembersThen, findKnownDay, findLastDay, listMembersThen } from "../domain/segments/members.server";
import { countCustomers, countSegment, listSegments, type Segment, sampleSegment } from "../domain/segments/segments.server";
import { readEnv } from "../env.server";
import { fail, say, withApp } from "./shell";

const RULES = "file with the rules, - for standard input, or the name or id of a segment";

export function addSegmentCommands(cli: Command): void {
  const segment = cli.command("segment").description("ask about customers; rules as JSON, see docs/segment-rules.md");
  segment
    .command("count")
    .argument("<rules>", RULES)
    .option("--json", "as JSON: in the segment, of how many customers")
    .description("print how many customers the rules hold for")
    .action((which: string, { json }: { json?: boolean }) =>
      asking(which, async (app, rules) => {
        const count = await countSegment(app.db.read, app.fields, rules, app.clock());
        return json ? `${JSON.stringify({ count, of: await countCustomers(app.db.read) })}\n` : `${count}\n`;
      }),
    );
  segment
    .command("sample")
    .argument("<rules>", RULES)
    .option("--limit <n>", "how many", "8")
    .option("--json", "as one JSON array")
    .description("print some of them, one JSON object a line")
    .action((which: string, { limit, json }: { limit: string; json?: boolean }) =>
      asking(which, async (app, rules) => {
        const most = Math.min(Math.max(Number.parseInt(limit, 10) || 8, 1), 1000);
        const rows = await sampleSegment(app.db.read, app.fields, rules, app.clock(), most);
        return json ? `${JSON.stringify(rows)}\n` : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      }),
    );
  segment
    .command("explain")
    .argument("<rules>", RULES)
    .requiredOption("--customer <who>", "id, number or e-mail address of the customer")
    .option("--json", "as JSON")
    .description("print why a customer is in or not: each clause, what stands in the record, whether it holds")
    .action((which: string, { customer, json }: { customer: string; json?: boolean }) =>
      asking(which, async (app, rules) => {
        const party = await findCustomer(app, customer);
        const answer = await explainSegment(app.db.read, app.fields, rules, app.clock(), party.id);
        if (!answer.ok) fail(`${customer}: segments do not speak of this record (no customer, merged or erased)`);
        if (json) return `${JSON.stringify({ customer: party.publicId, in: answer.explained.holds, explained: answer.explained })}\n`;
        return `${party.name}: ${answer.explained.holds ? "in" : "not in"}\n${lines(answer.explained, "  ")}`;
      }),
    );
  segment
    .command("members")
    .argument("<segment>", "name or id of a kept segment")
    .option("--on <day>", "who was in at the end of this day (YYYY-MM-DD); else the last day that is known")
    .option("--limit <n>", "how many to print", "1000")
    .option("--json", "one object: the day, how many there were, and the members")
    .description("print who was in a segment on a day, by the membership that is kept")
    .action((which: string, options: { on?: string; limit: string; json?: boolean }) => withApp(async (app) => say(await membersThen(app, which, options))));
  segment
    .command("keep")
    .description("bring the kept membership of every segment up to date now (the worker does it by itself)")
    .action(() =>
      withApp(async (app) => {
        const kept = (await listSegments(app.db.read)).filter(({ isFixed }) => !isFixed);
        for (const { id } of kept) await keepSegment(app, id);
        say(`${kept.length} segments kept`);
      }),
    );
  addListCommands(segment);
  segment
    .command("schema")
    .description("print the JSON Schema of the rules")
    .action(async () => {
      const app = openApp(readEnv());
      process.stdout.write(`${JSON.stringify(rulesJsonSchema(fieldInfo(app.fields)), null, 2)}\n`);
      await app.close();
    });
}

function addListCommands(segment: Command): void {
  const list = segment.command("list").description("fixed lists: customers that somebody chose");
  const about = { create: "make a fixed list of them", add: "put them on a fixed list", remove: "take them off a fixed list" };
  for (const verb of ["create", "add", "remove"] as const)
    list
      .command(verb)
      .argument("<list>", verb === "create" ? "its name" : "its name or id")
      .argument("[customer...]", "e-mail addresses or customer numbers")
      .option("--file <file>", "a CSV file with one of them in each row, - for standard input")
      .option("--json", "one object: the list, how many changed, and those who were not found")
      .description(about[verb])
      .action((which: string, customers: string[], options: { file?: string; json?: boolean }) => withApp((app) => changeFixed(app, verb, which, { customers, ...options })));
}

/** Those not found are named on stderr; where nobody is found, nothing changes. */
async function changeFixed(app: App, verb: "create" | "add" | "remove", which: string, { customers, file, json }: { customers: string[]; file?: string; json?: boolean }): Promise<void> {
  const by = bySystem("cli", app.clock());
  const entries = [...customers, ...(file === undefined ? [] : entriesOf(readFileSync(file === "-" ? 0 : file, "utf8")))].map((one) => one.trim()).filter(Boolean);
  const { partyIds, missing } = await findListed(app.db.read, [...new Set(entries)]);
  if (!json) for (const one of missing) process.stderr.write(`${one}: nobody has this address or number\n`);
  if (partyIds.length === 0) fail("nobody was found");
  const changed = { segment: "", changed: partyIds.length, missing };
  if (verb === "create") changed.segment = (await app.db.write((tx) => createList(tx, by, { name: which, partyIds }))).publicId;
  else {
    const kept = (await findKept(app.db.read, which)) ?? fail(`${which}: there is no such segment`);
    const done = await app.db.write((tx) => (verb === "add" ? addToList : removeFromList)(tx, by, kept, partyIds));
    if (!done.ok) fail(`${which}: ${done.reason === "no_list" ? "is no fixed list" : "is archived"}`);
    Object.assign(changed, { segment: kept.publicId, changed: done.changed });
  }
  say(json ? JSON.stringify(changed) : `${changed.segment}: ${changed.changed} changed`);
}

async function membersThen({ db, clock }: App, which: string, { on, limit, json }: { on?: string; limit: string; json?: boolean }): Promise<string> {
  const now = clock();
  const segment = await findKept(db.read, which);
  if (!segment) fail(`${which}: there is no such segment`);
  const known = await findKnownDay(db.read, segment, on ?? (await findLastDay(db.read, segment, now)), now);
  const since = known.ok || known.since === null ? "" : ` (kept from ${new Date(known.since).toISOString()} to ${new Date(known.asOf!).toISOString()})`;
  if (!known.ok) fail(`${which}: ${REFUSED[known.reason]}${since}`);
  const most = Math.min(Math.max(Number.parseInt(limit, 10) || 1000, 1), 100_000);
  const rows = (await listMembersThen(db.aside, segment.id, known.at, { afterId: 0, limit: most })).map(({ publicId, name, number, enteredAt, leftAt }) => ({ publicId, name, number, enteredAt, leftAt }));
  if (!json) return rows.map((row) => JSON.stringify(row)).join("\n");
  return JSON.stringify({ segment: segment.publicId, day: known.day, count: await countMembersThen(db.aside, segment.id, known.at), members: rows });
}

const REFUSED = {
  not_kept: "who is in is not written down yet",
  not_a_day: "not a day",
  before: "who was in that day is not known",
  after: "who was in that day is not known",
};

async function findKept(db: Reader, which: string): Promise<Segment | undefined> {
  return (await listSegments(db)).find((segment) => segment.publicId === which || segment.name === which);
}

async function findCustomer(app: App, who: string): Promise<Party> {
  const db = app.db.read;
  return (
    (await findPartyByPublicId(db, who)) ?? (await findPartyByNumber(db, who)) ?? (await findPartyByEmail(db, who)) ?? fail(`${who}: there is no such customer`)
  );
}

/** yes or no, the clause as the file has it, and what stands in the record. */
function lines(rule: ExplainedGroup | ExplainedClause, indent: string): string {
  const verdict = rule.holds ? "yes" : "no ";
  if (isExplainedGroup(rule)) return `${indent}${verdict} ${rule.match}\n${rule.rules.map((inner) => lines(inner, `${indent}  `)).join("")}`;
  const value = rule.value === undefined ? "" : ` ${JSON.stringify(rule.value)}`;
  return `${indent}${verdict} ${rule.field} ${rule.op}${value}: ${saw(rule.fact)}\n${rule.inner ? lines(rule.inner, `${indent}    `) : ""}`;
}

function saw({ kind, value, currency }: Fact): string {
  if (value === null) return kind === "instant" ? "never" : "nothing";
  if (kind === "instant") return new Date(Number(value)).toISOString();
  return kind === "money" ? `${value} ${currency}` : String(value);
}

/** Reads the rules, asks, prints; what is wrong with them is said in a line, with the place. */
function asking(which: string, ask: (app: App, rules: unknown) => Promise<string>): Promise<void> {
  return withApp(async (app) => {
    const rules = await readRules(app, which);
    try {
      process.stdout.write(await ask(app, rules));
    } catch (error) {
      if (error instanceof SegmentRulesError) fail(`${which}: ${error.message}`);
      throw error;
    }
  });
}

async function readRules(app: App, which: string): Promise<unknown> {
  if (which !== "-" && !existsSync(which)) {
    const kept = await findKept(app.db.read, which);
    return kept ? kept.rules : fail(`${which}: neither a file nor a segment`);
  }
  try {
    return JSON.parse(readFileSync(which === "-" ? 0 : which, "utf8"));
  } catch (error) {
    return fail(`${which}: ${(error as Error).message}`);
  }
}
