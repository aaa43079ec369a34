import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { smtpSink, type Fault, type SmtpSink, type Stage } from "../../tests/support/smtp-sink";
import { openSmtp } from "./smtp.server";
import { aParcel, post, type Post } from "../../tests/support/line";
import type { Outcome } from "./transport";

let sink: SmtpSink;
let smtp: Post;
// Long enough for a busy machine; a test that waits for one shortens that one.
const DEADLINES = { connect: 20_000, transfer: 20_000, answer: 20_000 };
const SHORT = 1_000;

const openWith = (deadlines: Partial<typeof DEADLINES>) =>
  post(openSmtp(sink.url, { heloName: "test.example", connections: 3, deadlines: { ...DEADLINES, ...deadlines } }));

beforeEach(async () => {
  sink = await smtpSink();
  smtp = openWith({});
});
afterEach(async () => {
  await smtp.close();
  await sink.close();
});

const yes = async () => true;

describe("a mail", () => {
  test("is taken with the server's words, and the session used again", async () => {
    for (let i = 0; i < 3; i++)
      expect(await smtp.send(aParcel(), yes)).toEqual({ kind: "accepted", code: 250, words: `250 2.0.0 ok queued as ${i + 1}`, providerId: null });
    expect(sink.connections.opened).toBe(1);
    const { raw, from, to, messageId } = sink.taken[0]!;
    expect({ from, to }).toEqual({ from: "shop@example.com", to: ["zofia@example.com"] });
    expect(messageId).toMatch(/^m\d+@example\.com$/);
    expect(raw).toContain("Content-Type: multipart/alternative");
    expect(raw).toContain("Precedence: bulk\r\n");
    const read = await PostalMime.parse(raw);
    expect(read).toMatchObject({ subject: "Zażółć gęślą jaźń", text: ".\n..hello\n.\n", html: "<p>.\n..x</p>\n", to: [{ name: "Žofia Łęcka", address: "zofia@example.com" }] });
  });

  test.each<[string, Parameters<typeof aParcel>[0]]>([
    ["a line break in the subject", { subject: "Hi\r\nBcc: evil@example.com" }],
    ["a line break in the name", { to: { name: "A\nBcc: evil@example.com", address: "a@example.com" } }],
    ["two addresses in one", { to: { name: "", address: "a@example.com, evil@example.com" } }],
    ["a line break in the address", { to: { name: "", address: "a@example.com>\r\nRCPT TO:<evil@example.com" } }],
    ["a line break in a header", { headers: [{ name: "List-Id", value: "x\r\nBcc: evil@example.com" }] }],
  ])("with %s is refused before a connection is used", async (_name, given) => {
    expect(await smtp.send(aParcel(given), yes)).toMatchObject({ kind: "refused" });
    expect(sink.connections.opened).toBe(0);
  });

  test("without leave is dropped before the dot", async () => {
    expect(await smtp.send(aParcel({ html: "x".repeat(200_000) }), async () => false)).toEqual({ kind: "withdrawn" });
    await vi.waitFor(() => expect(sink.connections.open).toBe(0), { timeout: 10_000 });
    expect(sink.taken).toEqual([]);
  });

  test("asks for leave when all but the dot is on its way, never before DATA", async () => {
    const order: string[] = [];
    sink.fault = ({ stage }) => void order.push(stage);
    await smtp.send(aParcel(), async () => {
      order.push("intent");
      return true;
    });
    expect(order).toEqual(["connect", "mail", "rcpt", "data", "body", "intent", "dot"]);
  });
});

describe("what an ending means is told by its phase:", () => {
  const cases: [Stage, Fault, Outcome["kind"], asked: boolean][] = [
    ["connect", { reply: "421 4.3.2 too busy" }, "unreachable", false],
    ["connect", "cut", "unreachable", false],
    ["connect", "stall", "unreachable", false],
    ["mail", { reply: "451 4.3.0 later" }, "deferred", false],
    ["mail", { reply: "550 5.7.1 not from you" }, "unreachable", false],
    ["mail", "cut", "deferred", false],
    ["rcpt", { reply: "450 4.2.1 later" }, "deferred", false],
    ["rcpt", { reply: "550 5.1.1 nobody here" }, "refused", false],
    ["rcpt", { reply: "421 4.3.2 going down" }, "deferred", false],
    ["rcpt", "stall", "deferred", false],
    ["data", { reply: "554 5.7.1 no" }, "refused", false],
    ["data", "stall", "deferred", false],
    ["dot", { reply: "451 4.3.0 later" }, "deferred", true],
    ["dot", { reply: "421 4.3.2 going down" }, "deferred", true],
    ["dot", { reply: "554 5.6.0 spam" }, "refused", true],
    ["dot", "cut", "unknown", true],
    ["dot", "cut_taken", "unknown", true],
    ["dot", "half_reply", "unknown", true],
    ["dot", { reply: "550 5.1" + "\r" }, "refused", true],
    ["dot", "stall", "unknown", true],
  ];
  test.each(cases)("at %s, %j → %s", async (stage, fault, kind, asked) => {
    if (fault === "stall") smtp = openWith(stage === "connect" ? { connect: SHORT } : stage === "dot" ? { answer: SHORT } : { transfer: SHORT });
    let once = true;
    sink.fault = (session) => (session.stage === stage && once ? ((once = false), fault) : undefined);
    let leave = 0;
    const outcome = await smtp.send(aParcel(), async () => Boolean(++leave));
    expect(outcome.kind).toBe(kind);
    expect(leave > 0).toBe(asked);
    // The slot is free and the next mail goes.
    expect((await smtp.send(aParcel(), yes)).kind).toBe("accepted");
  });

  test("nobody listens → unreachable", async () => {
    await sink.close();
    expect((await smtp.send(aParcel(), yes)).kind).toBe("unreachable");
    sink = await smtpSink();
  });

  test("a wrong password → unreachable, in the server's words and without the password", async () => {
    const strict = await smtpSink({ auth: { user: "u", pass: "right" } });
    const other = post(openSmtp(strict.url.replace("right", "wrong-secret"), { heloName: "x.example", deadlines: DEADLINES }));
    const outcome = await other.send(aParcel(), yes);
    expect(outcome).toMatchObject({ kind: "unreachable", words: expect.stringContaining("535") });
    expect(JSON.stringify(outcome)).not.toContain("wrong-secret");
    const right = post(openSmtp(strict.url, { heloName: "x.example", deadlines: DEADLINES }));
    expect((await right.send(aParcel(), yes)).kind).toBe("accepted");
    await Promise.all([other.close(), right.close()]);
    await strict.close();
  });
});

test("one stalled connection does not hold up the others", async () => {
  smtp = openWith({ answer: SHORT });
  let first = true;
  sink.fault = ({ stage }) => (stage === "dot" && first ? ((first = false), "stall") : undefined);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => smtp.send(aParcel(), yes)));
  expect(outcomes.filter((o) => o.kind === "accepted")).toHaveLength(5);
  expect(outcomes.filter((o) => o.kind === "unknown")).toHaveLength(1);
});
