import { createServer, type RequestListener } from "node:http";
import { connect, type AddressInfo } from "node:net";

import { expect, test } from "vitest";

import type { App } from "../context.server";
import { lead, show } from "./quick-answers.server";

const app = { env: { APP_URL: "https://shop.example.com" } } as unknown as App;

/** @returns all that a server sends for these bytes, without the time of day */
async function bytesOf(listener: RequestListener, asked: string): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let said = "";
  socket.setEncoding("latin1").on("data", (text: string) => (said += text));
  socket.write(asked);
  const wanted = asked.split("\r\n\r\n").length - 1;
  while ((said.match(/\r\n\r\n/g)?.length ?? 0) < wanted) await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
  server.close();
  return said.replace(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "\r\nDate: now");
}

/** The same answer as node makes it: what is ready beforehand is not taken for a response without `_header`. */
const byNode =
  (listener: RequestListener): RequestListener =>
  (request, response) =>
    listener(request, new Proxy(response, { has: (target, key) => key !== "_header" && key in target, get: (target, key) => bound(target, Reflect.get(target, key)) }));

const bound = (target: object, value: unknown) => (typeof value === "function" ? (value.bind(target) as unknown) : value);
const get = (head: string) => `${head}\r\nHost: x\r\n\r\n`;

// Mutants: leave out Keep-Alive in `head`; take what is ready also for HEAD, or for HTTP/1.0.
test.each([
  ["a picture", get("GET /o/x.gif HTTP/1.1")],
  ["two on one connection", get("GET /o/x.gif HTTP/1.1") + get("GET /o/x.gif HTTP/1.1")],
  ["the head of a picture", get("HEAD /o/x.gif HTTP/1.1")],
  ["a picture for HTTP/1.0", get("GET /o/x.gif HTTP/1.0")],
  ["a picture that is the last", "GET /o/x.gif HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
])("%s made beforehand is sent as node would make it", async (_, asked) => {
  const picture: RequestListener = (_request, response) => show(app, response, "image/gif", "GIF\xff");
  const said = await bytesOf(picture, asked);
  expect(said).toContain("\r\nDate: now\r\n");
  expect(linesOf(said)).toEqual(linesOf(await bytesOf(byNode(picture), asked)));
});

test.each([[302], [303]] as const)("%i leads on as node would", async (status) => {
  const leads: RequestListener = (_request, response) => lead(app, response, status, "https://shop.example.com/a?b=c");
  const said = await bytesOf(leads, get("GET /c/x/0 HTTP/1.1"));
  expect(said).toContain("\r\nLocation: https://shop.example.com/a?b=c\r\n");
  expect(linesOf(said)).toEqual(linesOf(await bytesOf(byNode(leads), get("GET /c/x/0 HTTP/1.1"))));
});

// Mutant: drop the test of `location` in `lead`.
test("a target with a line break makes no header", async () => {
  const refused: RequestListener = (_request, response) => {
    expect(() => lead(app, response, 302, "/a\r\nSet-Cookie: a=b")).toThrow(/Invalid character/);
    response.writeHead(500).end();
  };
  expect(await bytesOf(refused, get("GET /c/x/0 HTTP/1.1"))).not.toContain("Set-Cookie");
});

/** The order of headers means nothing. */
function linesOf(said: string): string[][] {
  return said.split("\r\n\r\n").map((part) => part.split("\r\n").toSorted());
}
