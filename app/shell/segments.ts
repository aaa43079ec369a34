/** rapport segment …: questions about customers from a file (docs/segment-rules.md), or a segment that is kept. */
import { existsSync, readFileSync } from "node:fs";

import type { Command } from "commander";

import { openApp, type App } from "../context.server";
import { findPartyByEmail, findPartyByNumber, findPartyByPublicId, type Party } from "../domain/customers/customers.server";
import { fieldInfo } from "../domain/segments/check";
import { SegmentRulesError } from "../domain/segments/compile";
import { type ExplainedClause, type ExplainedGroup, type Fact, isExplainedGroup } from "../domain/segments/explain";
import { explainSegment } from "../domain/segments/explain.server";
import { rulesJsonSchema } from "../domain/segments/json-schema";
import { countCustomers, countSegment, listSegments, sampleSegment } from "../domain/segments/segments.server";
import { readEnv } from "../env.server";
import { fail, withApp } from "./shell";

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
    .command("schema")
    .description("print the JSON Schema of the rules")
    .action(async () => {
      const app = openApp(readEnv());
      process.stdout.write(`${JSON.stringify(rulesJsonSchema(fieldInfo(app.fields)), null, 2)}\n`);
      await app.close();
    });
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
  return `${indent}${verdict} ${rule.field} ${rule.op}${value}: ${saw(rule.fact)}\n`;
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
    const kept = (await listSegments(app.db.read)).find((segment) => segment.publicId === which || segment.name === which);
    return kept ? kept.rules : fail(`${which}: neither a file nor a segment`);
  }
  try {
    return JSON.parse(readFileSync(which === "-" ? 0 : which, "utf8"));
  } catch (error) {
    return fail(`${which}: ${(error as Error).message}`);
  }
}
