/**
 * Posting over real sockets. Nothing but what is let in is reached, whatever the address is dressed in; that it was refused
 * before anything was sent is what the listening side sees.
 *
 * Mutants: post-… in tests/mutants.mjs.
 */
import type { lookup } from "node:dns";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import { post, type Reach } from "./post.server";
import { listOf } from "./reach";

let server: Server;
let port: number;
let connections = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end("thanks");
const seen: { url: string; headers: IncomingMessage["headers"]; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    seen.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(request, response);
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((done) => server.close(done)));

const closed: Reach = { letIn: listOf([]), timeout: 2000 };
const open: Reach = { letIn: listOf(["127.0.0.0/8"]), timeout: 2000 };
const resolvesTo = (...turns: string[][]) => {
  let turn = 0;
  return ((_: string, __: object, callback: (error: null, found: { address: string; family: number }[]) => void) =>
    callback(null, (turns[Math.min(turn++, turns.length - 1)] as string[]).map((address) => ({ address, family: address.includes(":") ? 6 : 4 })))) as unknown as typeof lookup;
};

test("what is let in gets the body and the headers, and its answer is known", async () => {
  const { status, failure, answer: said } = await post(`http://127.0.0.1:${port}/hook?x=1`, { "webhook-id": "msg_1" }, '{"ž":1}', open);
  expect([status, failure, said]).toEqual([200, null, "thanks"]);
  expect(seen.at(-1)).toMatchObject({ url: "/hook?x=1", body: '{"ž":1}', headers: { "webhook-id": "msg_1", "content-length": "8" } });
});

test("loopback is blocked in every writing, with TLS and without, before a connection is made", async () => {
  const before = connections;
  const hosts = ["127.0.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "localhost", "127.0.0.1.", "①②⑦.0.0.1"];
  for (const scheme of ["http", "https"])
    for (const host of hosts) expect([scheme, host, (await post(`${scheme}://${host}:${port}/`, {}, "{}", closed)).failure]).toEqual([scheme, host, "blocked"]);
  expect(connections).toBe(before);
});

test("a name that leads inside is blocked, also when only one of its addresses does", async () => {
  const before = connections;
  for (const addresses of [["127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fd00:ec2::254"]])
    expect([addresses, (await post(`https://inside.example:${port}/`, {}, "{}", { ...closed, lookup: resolvesTo(addresses) })).failure]).toEqual([addresses, "blocked"]);
  expect(connections).toBe(before);
});

test("a name that answers otherwise the second time (rebinding) gains nothing: there is one look-up, and its answer is connected to", async () => {
  let asked = 0;
  const rebinding = ((name: string, options: object, callback: never) => {
    asked += 1;
    (resolvesTo(asked === 1 ? ["192.0.2.1"] : ["127.0.0.1"]) as unknown as (n: string, o: object, c: never) => void)(name, options, callback);
  }) as unknown as typeof lookup;
  const before = connections;
  const { failure } = await post(`http://rebind.example:${port}/`, {}, "{}", { letIn: listOf(["192.0.2.0/24"]), timeout: 300, lookup: rebinding });
  expect([asked, connections, failure === "timeout" || failure === "unreachable"]).toEqual([1, before, true]);
});

test("a redirect is an answer, and is not followed", async () => {
  answer = (_, response) => response.writeHead(302, { Location: `http://127.0.0.1:${port}/elsewhere` }).end();
  const before = seen.length;
  expect((await post(`http://127.0.0.1:${port}/`, {}, "{}", open)).status).toBe(302);
  expect(seen.slice(before).map(({ url }) => url)).toEqual(["/"]);
});

test("without TLS nothing is sent to the Internet: only to networks that were let in", async () => {
  for (const url of ["http://8.8.8.8/", "http://public.example/"])
    expect([url, (await post(url, {}, "{}", { ...open, lookup: resolvesTo(["8.8.8.8"]) })).failure]).toEqual([url, "blocked"]);
});

test("an answer that never ends, one that is endless, and none at all are cut", async () => {
  answer = (_, response) => void response.write("so far");
  expect((await post(`http://127.0.0.1:${port}/`, {}, "{}", { ...open, timeout: 200 })).failure).toBe("timeout");
  let written = 0;
  answer = (_, response) => {
    const more = () => {
      if (response.destroyed) return;
      written += 65_536;
      response.write(Buffer.alloc(65_536, "a"), () => setImmediate(more));
    };
    more();
  };
  const endless = await post(`http://127.0.0.1:${port}/`, {}, "{}", open);
  expect([endless.status, endless.answer.length]).toEqual([200, 1024]);
  expect(written).toBeLessThan(64 * 1024 * 1024);
  const deaf = createTcp(() => undefined);
  await new Promise<void>((done) => deaf.listen(0, "127.0.0.1", done));
  expect((await post(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`, {}, "{}", { ...open, timeout: 200 })).failure).toBe("timeout");
  deaf.close();
  expect((await post("http://127.0.0.1:1/", {}, "{}", open)).failure).toBe("unreachable");
});
