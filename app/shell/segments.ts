/** rapport segment …: questions about customers from a file (docs/segment-rules.md). */
import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { openApp, type App } from "../context.server";
import { fieldInfo } from "../domain/segments/check";
import { SegmentRulesError } from "../domain/segments/compile";
import { rulesJsonSchema } from "../domain/segments/json-schema";
import { countSegment, sampleSegment } from "../domain/segments/segments.server";
import { readEnv } from "../env.server";
import { fail, withApp } from "./shell";

export function addSegmentCommands(cli: Command): void {
  const segment = cli.command("segment").description("ask about customers; rules as JSON, see docs/segment-rules.md");
  segment
    .command("count")
    .argument("<rules>", "file with the rules, or - for standard input")
    .description("print how many customers the rules hold for")
    .action((file: string) =>
      asking(file, async (app, rules) => `${await countSegment(app.db.read, app.fields, rules, app.clock())}\n`),
    );
  segment
    .command("sample")
    .argument("<rules>", "file with the rules, or - for standard input")
    .option("--limit <n>", "how many", "8")
    .description("print some of them, one JSON object a line")
    .action((file: string, { limit }: { limit: string }) =>
      asking(file, async (app, rules) => {
        const most = Math.min(Math.max(Number.parseInt(limit, 10) || 8, 1), 1000);
        const rows = await sampleSegment(app.db.read, app.fields, rules, app.clock(), most);
        return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
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

/** Reads the file, asks, prints; what is wrong with the file is said in a line, with the place. */
function asking(file: string, ask: (app: App, rules: unknown) => Promise<string>): Promise<void> {
  return withApp(async (app) => {
    const rules = readRules(file);
    try {
      process.stdout.write(await ask(app, rules));
    } catch (error) {
      if (error instanceof SegmentRulesError) fail(`${file}: ${error.message}`);
      throw error;
    }
  });
}

function readRules(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
}
