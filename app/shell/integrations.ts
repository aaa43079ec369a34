/** rapport token …, rapport webhook …: letting other programs in, and telling them. */
import type { Command } from "commander";

import { newTokenSchema, SCOPES, tokenState } from "../domain/integrations/token";
import { createToken, listTokens, revokeToken } from "../domain/integrations/tokens.server";
import { postWebhooks } from "../domain/integrations/posting.server";
import { findEndpoint, findMessage, listEndpoints, sendTest } from "../domain/integrations/webhooks.server";
import { bySystem } from "../domain/journal/actor";
import { fail, say, withApp } from "./shell";

const DAY = 86_400_000;

export function addIntegrationCommands(cli: Command): void {
  const token = cli.command("token").description("tokens with which other programs use the API");
  token
    .command("create")
    .requiredOption("--name <name>", "of the program that will use it")
    .requiredOption("--scopes <scopes>", `with commas between, or all: ${SCOPES.join(", ")}`)
    .option("--days <days>", "30, 90, 365 or never", "365")
    .description("make a token; it is printed this once")
    .action((flags: { name: string; scopes: string; days: string }) =>
      withApp(async (app) => {
        const scopes = flags.scopes === "all" ? SCOPES : flags.scopes.split(",").map((scope) => scope.trim());
        const parsed = newTokenSchema.safeParse({ name: flags.name, scopes, expires: flags.days });
        if (!parsed.success) fail(`cannot be used: ${[...new Set(parsed.error.issues.map((issue) => (issue.path[0] === "expires" ? "--days" : `--${String(issue.path[0])}`)))].join(", ")}`);
        const by = bySystem("cli", app.clock());
        const { name, expires } = parsed.data;
        const expiresAt = expires === "never" ? null : by.now + Number(expires) * DAY;
        const made = await app.db.write((tx) => createToken(tx, by, { name, scopes: parsed.data.scopes, expiresAt }));
        say(made.token);
      }),
    );
  token
    .command("list")
    .description("list the tokens")
    .action(() =>
      withApp(async (app) => {
        for (const one of await listTokens(app.db.read)) {
          const used = one.lastUsedAt === null ? "never used" : `last used ${new Date(one.lastUsedAt).toISOString()}`;
          say([one.publicId, `…${one.ending}`, tokenState(one, app.clock()), one.name, used, one.scopes.join(",")].join("\t"));
        }
      }),
    );
  token
    .command("revoke")
    .argument("<id>", "as `token list` names it")
    .description("refuse a token from now on, for good")
    .action((id: string) =>
      withApp(async (app) => {
        const revoked = await app.db.write((tx) => revokeToken(tx, bySystem("cli", app.clock()), id));
        if (!revoked) fail(`no token in use is ${id}`);
      }),
    );
  addWebhookCommands(cli);
}

function addWebhookCommands(cli: Command): void {
  const webhook = cli.command("webhook").description("addresses that are told what happens here");
  webhook
    .command("list")
    .description("list the endpoints")
    .action(() =>
      withApp(async (app) => {
        for (const one of await listEndpoints(app.db.read))
          say([one.publicId, one.state, `${one.waiting} waiting`, one.url, one.failingSince === null ? "" : `nothing taken since ${new Date(one.failingSince).toISOString()}`].join("\t").trimEnd());
      }),
    );
  webhook
    .command("test")
    .argument("<id>", "as `webhook list` names it")
    .description("send a test to an endpoint that is on, and say what it answers")
    .action((id: string) =>
      withApp(async (app) => {
        const endpoint = await findEndpoint(app.db.read, id);
        if (!endpoint) fail(`no endpoint is ${id}`);
        if (endpoint.state !== "on") fail(`the endpoint is ${endpoint.state}`);
        const sent = await app.db.write((tx) => sendTest(tx, bySystem("cli", app.clock()), endpoint.id));
        await postWebhooks(app);
        const attempt = (await findMessage(app.db.read, endpoint.id, sent))?.tries.at(-1);
        if (!attempt) return say(`${sent} waits: a worker is at this endpoint`);
        if (attempt.status === null || attempt.status >= 300) fail(`${sent}: ${attempt.status ?? attempt.failure}`);
        say(`${sent}: ${attempt.status} in ${attempt.ms} ms`);
      }),
    );
}
