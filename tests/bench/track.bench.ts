/**
 * Opens and clicks per second of the built server, each answered after a commit that is on the disk, against a handler
 * that answers every request with one constant, and against a Remix resource route of the same server. All are asked by
 * wrk with the same requests, over as many connections. wrk runs on this machine: the constant handler and it fill two
 * processors; at an open the thread that writes wants its part of them too.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { linkToken } from "../../app/domain/deliveries/token.server";
import { check, figure, hold, interleave } from "../support/long";
import { manyMails } from "../support/many-mails";
import { startProgram, startServer } from "../support/programs";
import { scratchDatabase, scratchFolder } from "../support/scratch";

export const about = "opens and clicks per second, answered after commit, against a constant handler and a Remix resource route";
export const needs = ["wrk"];
export const options = { rounds: 5, seconds: 4, connections: 64, mails: 100_000 };

const AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
/** The lightest of our resource routes: it puts a token into a cookie and leads on, without asking the database for it. */
const REMIX = "/reset/a-token-of-nobody";

export async function run(given: typeof options): Promise<void> {
  const folder = scratchFolder();
  const { db, where } = await scratchDatabase();
  const ids = (await manyMails(db, given.mails)).map(({ id }) => id);
  const server = await startServer({ ...where, LOG_LEVEL: "warn" });
  const constant = await startProgram(CONSTANT);
  const tokens = ids.filter((_, i) => i % Math.ceil(ids.length / 20_000) === 0).map(linkToken);
  const opens = script(folder, "opens", tokens.map((token) => `/o/${token}.gif`));
  const clicks = script(folder, "clicks", tokens.map((token) => `/c/${token}/0`));
  const remix = script(folder, "remix", [REMIX]);

  let answered = 0;
  const load = (url: string, requests: string) => wrk(url, requests, given);
  const counted = async (requests: string) => {
    const { perSecond, total } = await load(server.url, requests);
    answered += total;
    return perSecond;
  };
  const { values, medians, ratio } = await interleave(given.rounds, {
    constant: async () => (await load(constant.url, opens)).perSecond,
    opens: () => counted(opens),
    clicks: () => counted(clicks),
    remix: async () => (await load(server.url, remix)).perSecond,
  });

  figure("connections", given.connections);
  figure("processors, shared with wrk", availableParallelism());
  for (const [name, all] of Object.entries(values)) figure(`${name} per second, each round`, all.map((v) => Math.round(v)).join(" "));
  for (const [name, value] of Object.entries(medians)) figure(`${name} per second`, Math.round(value));
  hold("opens against a constant handler", ratio("opens", "constant"), "at least", 0.5);
  hold("clicks against a constant handler", ratio("clicks", "constant"), "at least", 0.5);
  hold("opens against a Remix resource route", ratio("opens", "remix"), "at least", 8);
  hold("clicks against a Remix resource route", ratio("clicks", "remix"), "at least", 8);

  const [row] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM tracking_hits");
  const kept = Number(row?.n);
  figure("answered", answered);
  figure("kept", kept);
  // wrk cuts off what it still waits for at the end of each round.
  check("every answered hit is kept, and none that nobody asked for", kept >= answered && kept <= answered + given.rounds * 2 * given.connections);
}

const CONSTANT = `
import { createServer } from "node:http";
const body = Buffer.alloc(42, 1);
const server = createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "image/gif", "Content-Length": 42 });
  response.end(body);
}).listen(0, "127.0.0.1", () => process.send({ url: "http://127.0.0.1:" + server.address().port }));
`;

/** A program for wrk that asks for one of these paths after another. */
function script(folder: string, name: string, paths: string[]): string {
  const list = join(folder, `${name}.txt`);
  writeFileSync(list, paths.join("\n"));
  const program = join(folder, `${name}.lua`);
  writeFileSync(
    program,
    `local requests, n = {}, 0
function init()
  for path in io.lines(${JSON.stringify(list)}) do requests[#requests + 1] = wrk.format("GET", path, { ["Host"] = "links.example.com", ["User-Agent"] = ${JSON.stringify(AGENT)} }) end
  math.randomseed(os.time())
  n = math.random(#requests)
end
function request()
  n = n % #requests + 1
  return requests[n]
end
`,
  );
  return program;
}

async function wrk(url: string, program: string, { seconds, connections }: typeof options): Promise<{ perSecond: number; total: number }> {
  const child = spawn("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", program, url], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
  const total = Number(/(\d+) requests in/.exec(said)?.[1]);
  if (code !== 0 || !perSecond || /Non-2xx|Socket errors/.test(said)) throw new Error(`wrk: ${said}`);
  return { perSecond, total };
}
