import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openSendGrid } from "./sendgrid.server";
import { aMergedParcel, aParcel, post, SAMPLE, type Post } from "../../tests/support/line";
import type { Outcome } from "./transport";

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
  sendgrid = post(openSendGrid({ apiKey: "SG.test", url: base(), timeout: 300 }));
});
const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

test("names carry nothing that SendGrid refuses a request for", async () => {
  await sendgrid.send({ ...mail, to: { name: "Nowak, Anna; Ms", address: "anna@example.com" } }, yes);
  expect(asked[0]!.body).toMatchObject({ personalizations: [{ to: [{ name: "Nowak Anna Ms" }] }] });
});

describe("mails of one mailing", () => {
  type Rider = { to: { email: string }[]; custom_args: object };
  const riders = (n = 0) => (asked[n]!.body.personalizations as Rider[]).map((p) => p.to[0]!.email);
  const kinds = (outcomes: Outcome[]) => outcomes.map(({ kind }) => kind);
  const refuse = (response: ServerResponse, errors: object[]) => void response.writeHead(400).end(JSON.stringify({ errors }));

  // Mutant: ask for leave while the request is on its way (no `await` before `Promise.all(fitting…)`).
  test("go together, and all their intents come before the request", async () => {
    const requestsAtIntent: number[] = [];
    const outcomes = await sendgrid.sendAll([aMergedParcel(), aMergedParcel(), aMergedParcel(), aMergedParcel()], async () => {
      const i = requestsAtIntent.push(asked.length) - 1;
      await new Promise((resolve) => setTimeout(resolve, 10 * i));
      return i !== 1;
    });
    expect(kinds(outcomes)).toEqual(["accepted", "withdrawn", "accepted", "accepted"]);
    expect(outcomes[0]).toMatchObject({ code: 202, providerId: "sg-1" });
    expect(requestsAtIntent).toEqual([0, 0, 0, 0]);
    expect(asked).toHaveLength(1);
    expect(riders()).toHaveLength(3);
    expect(asked[0]!.body).toMatchObject({ tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } } });
  });

  test("go as many at a time as is set, another mailing, an address for the second time and a system mail apart", async () => {
    sendgrid = post(openSendGrid({ apiKey: "SG.test", url: base(), batch: 3 }));
    const outcomes = await together([
      ...[1, 2, 3, 4].map(() => aMergedParcel()),
      aMergedParcel({ template: { ...SAMPLE, key: "other" }, to: { name: "", address: "twice@example.com" } }),
      aMergedParcel({ to: { name: "", address: "Twice@example.com" } }),
      aMergedParcel({ to: { name: "", address: "twice@example.com" } }),
      aParcel(),
      aMergedParcel({ values: ["token", "x".repeat(12_000)] }),
    ]);
    expect(new Set(kinds(outcomes))).toEqual(new Set(["accepted"]));
    expect(asked.map((_, n) => riders(n).length).toSorted()).toEqual([1, 1, 1, 1, 1, 1, 3]);
  });

  // Mutant: end all of them as refused (`isAboutTheMail(reply.status) && riders.length > 1` → false).
  test("do not suffer for one that is refused, whether SendGrid names it or not", async () => {
    for (const isNamed of [true, false]) {
      asked = [];
      answer = (response) => {
        const at = riders(asked.length - 1).indexOf("p7@example.com");
        if (at < 0) response.writeHead(202, { "X-Message-Id": "sg-1" }).end();
        else refuse(response, [{ message: "bad address", field: isNamed ? `personalizations.${at}.to.0.email` : null }]);
      };
      const outcomes = await together(Array.from({ length: 20 }, (_, i) => aMergedParcel({ to: { name: "", address: `p${i}@example.com` } })));
      expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(19);
      expect(outcomes[7]).toMatchObject({ kind: "refused", code: 400, words: "400 bad address" });
      expect(asked.length).toBeLessThanOrEqual(isNamed ? 2 : 11);
    }
  });

  test.each([
    [413, "refused"], [429, "deferred"], [401, "unreachable"], [404, "unreachable"], [500, "unknown"],
  ])("that are answered with %i all end as %s", async (status, kind) => {
    answer = (response) => response.writeHead(status).end();
    expect(new Set(kinds(await together([aMergedParcel(), aMergedParcel()])))).toEqual(new Set([kind]));
  });

  test("are in doubt when the connection breaks or nothing is said, but not when none stood", async () => {
    answer = (response) => void response.socket?.destroy();
    expect(kinds(await together([aMergedParcel(), aMergedParcel()]))).toEqual(["unknown", "unknown"]);
    answer = () => undefined;
    expect(kinds(await together([aMergedParcel(), aMergedParcel()]))).toEqual(["unknown", "unknown"]);
    answer = (response) => void response.writeHead(202, { "Content-Length": 10 }).write("half", () => response.socket?.destroy());
    expect(kinds(await together([aMergedParcel()]))).toEqual(["unknown"]);
    sendgrid = post(openSendGrid({ apiKey: "SG.test", url: "http://127.0.0.1:9" }));
    expect(kinds(await together([aMergedParcel(), aMergedParcel()]))).toEqual(["unreachable", "unreachable"]);
  });

  test("rest for as long as SendGrid asks for", async () => {
    answer = (response) => response.writeHead(429, { "Retry-After": "1" }).end();
    expect(kinds(await together([aMergedParcel()]))).toEqual(["deferred"]);
    answer = (response) => response.writeHead(202).end();
    const from = Date.now();
    expect(kinds(await together([aMergedParcel()]))).toEqual(["accepted"]);
    expect(Date.now() - from).toBeGreaterThan(900);
  });

  /** All of them stand in the line before the transport looks at it. */
  function together(parcels: Parameters<typeof sendgrid.send>[0][]): Promise<Outcome[]> {
    return sendgrid.sendAll(parcels, yes);
  }
});

test("an address with a line break reaches nobody", async () => {
  expect((await sendgrid.send({ ...mail, to: { name: "", address: "a@example.com\r\nb@example.com" } }, yes)).kind).toBe("refused");
  expect(asked).toEqual([]);
});
