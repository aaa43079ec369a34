import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { openSendGrid } from "./sendgrid.server";
import { aParcel, post, type Post } from "../../tests/support/line";

/** Stands for api.sendgrid.com, over a real socket. */
let server: Server;
let sendgrid: Post;
let asked: { body: Record<string, unknown>; authorization: string | undefined }[] = [];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.writeHead(202, { "X-Message-Id": "sg-1" }).end();
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      asked.push({ body: JSON.parse(text) as Record<string, unknown>, authorization: request.headers.authorization });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sendgrid = post(openSendGrid({ apiKey: "SG.test", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: 300 }));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const mail = aParcel({
  publicId: "01890000-0000-7000-8000-000000000000", messageId: "m1@example.com", to: { name: "Anna", address: "anna@example.com" },
  subject: "Hello", html: "<p>Hi {{name}}</p>", text: "Hi", headers: [{ name: "List-Unsubscribe", value: "<https://crm.example.com/u/x>" }],
});
const yes = async () => true;

test("a mail is queued there under our own id, and not counted by them", async () => {
  expect(await sendgrid.send(mail, yes)).toEqual({
    kind: "accepted", code: 202, words: "202 Accepted: queued by SendGrid", providerId: "sg-1",
  });
  const [{ body, authorization }] = asked as [(typeof asked)[0]];
  expect(authorization).toBe("Bearer SG.test");
  expect(body).toMatchObject({
    from: { email: "shop@example.com", name: "Shop" },
    personalizations: [{ to: [{ email: "anna@example.com", name: "Anna" }], custom_args: { rapport_id: mail.publicId } }],
    headers: { "Message-ID": "<m1@example.com>", "List-Unsubscribe": "<https://crm.example.com/u/x>" },
    content: [{ type: "text/plain", value: "Hi" }, { type: "text/html", value: "<p>Hi {{name}}</p>" }],
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  });
});

test("the intent is committed before the request, and without it there is none", async () => {
  let requestsAtIntent = -1;
  await sendgrid.send(mail, async () => {
    requestsAtIntent = asked.length;
    return true;
  });
  expect(requestsAtIntent).toBe(0);
  expect(await sendgrid.send(mail, async () => false)).toEqual({ kind: "withdrawn" });
  expect(asked).toHaveLength(1);
});

test.each([
  [429, "deferred"],
  [400, "refused"],
  [413, "refused"],
  [401, "unreachable"],
  [403, "unreachable"],
  [500, "unknown"],
  [503, "unknown"],
])("an answer of %i means %s", async (status, kind) => {
  answer = (response) => response.writeHead(status, { "Content-Type": "application/json" }).end('{"errors":[{"message":"their words"}]}');
  expect(await sendgrid.send(mail, yes)).toMatchObject({ kind, words: `${status} their words` });
});

test.each([
  ["no answer in time", () => undefined],
  ["a connection that breaks", (response: ServerResponse) => void response.socket?.destroy()],
])("%s means unknown", async (_name, how) => {
  answer = how;
  expect((await sendgrid.send(mail, yes)).kind).toBe("unknown");
});

test("nobody there means unreachable", async () => {
  const other = post(openSendGrid({ apiKey: "SG.test", url: "http://127.0.0.1:9" }));
  expect((await other.send(mail, yes)).kind).toBe("unreachable");
});

test("an address with a line break reaches nobody", async () => {
  expect((await sendgrid.send({ ...mail, to: { name: "", address: "a@example.com\r\nb@example.com" } }, yes)).kind).toBe("refused");
  expect(asked).toEqual([]);
});
