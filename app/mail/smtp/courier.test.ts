import PostalMime from "postal-mime";
import { afterEach, describe, expect, test } from "vitest";

import { aParcel, post, type Post } from "../../../tests/support/line";
import { smtpSink, type SinkOptions, type SmtpSink } from "../../../tests/support/smtp-sink";
import { openSmtp } from "../smtp.server";
import type { Outcome } from "../transport";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function aSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const sink = await smtpSink(options);
  open.push(sink);
  return sink;
}

function through(url: string, connections = 1): Post {
  const opened = post(openSmtp(url, { heloName: "test.example", ...(connections && { connections }) }));
  open.push(opened);
  return opened;
}

/** Leads to this machine, but not by a name of the loopback: trusted as little as any other. */
const ELSEWHERE = "0.0.0.0";

const yes = async () => true;
const to = (address: string) => ({ name: "", address });
const sendAll = (smtp: Post, count: number, leave: (i: number) => Promise<boolean> = yes): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => smtp.send(aParcel({ to: to(`p${i}@example.com`) }), () => leave(i))));
const kinds = (outcomes: Outcome[]) => outcomes.map((outcome) => outcome.kind);

describe("one connection and the mails on it", () => {
  test("the next envelope travels with the end of the mail before it, and each mail waits for its own leave", async () => {
    const sink = await aSink();
    const order: string[] = [];
    sink.fault = ({ stage, to: who }) => void (stage !== "connect" && order.push(`${stage} ${who.slice(0, 2)}`));
    const outcomes = await sendAll(through(sink.url), 3, async (i) => {
      order.push(`leave p${i}`);
      return true;
    });
    expect(kinds(outcomes)).toEqual(["accepted", "accepted", "accepted"]);
    expect(sink.connections.opened).toBe(1);
    // The second envelope is there before the first mail is answered; its leave comes only after that answer.
    expect(order.filter((step) => /leave|dot/.test(step))).toEqual(["leave p0", "dot p0", "leave p1", "dot p1", "leave p2", "dot p2"]);
  });

  test("a server without PIPELINING is asked step by step", async () => {
    const sink = await aSink({ offers: ["8BITMIME"] });
    expect(kinds(await sendAll(through(sink.url), 3))).toEqual(["accepted", "accepted", "accepted"]);
    expect(sink.taken.map((mail) => mail.to[0])).toEqual(["p0@example.com", "p1@example.com", "p2@example.com"]);
    expect(sink.commands.filter((line) => line.startsWith("MAIL"))).toContain("MAIL FROM:<shop@example.com>");
  });

  test("a server that knows no EHLO is greeted with HELO", async () => {
    const sink = await aSink({ offers: [] });
    expect(kinds(await sendAll(through(sink.url), 1))).toEqual(["accepted"]);
  });

  test.each([["with", ["PIPELINING"]], ["without", []]])("a refused recipient costs neither the connection nor the next mail, %s PIPELINING", async (_name, offers) => {
    const sink = await aSink({ offers });
    sink.fault = ({ stage, to: who }) => (stage === "rcpt" && who.startsWith("p1") ? { reply: "550 5.1.1 nobody here" } : undefined);
    const asked: number[] = [];
    const outcomes = await sendAll(through(sink.url), 4, async (i) => Boolean(asked.push(i)));
    expect(kinds(outcomes)).toEqual(["accepted", "refused", "accepted", "accepted"]);
    expect(asked).toEqual([0, 2, 3]);
    expect(sink.connections.opened).toBe(1);
  });

  test("a mail that may not leave any more is never ended with a dot; the others go on", async () => {
    const sink = await aSink();
    expect(kinds(await sendAll(through(sink.url), 4, async (i) => i !== 1))).toEqual(["accepted", "withdrawn", "accepted", "accepted"]);
    expect(sink.taken.map((mail) => mail.to[0])).toEqual(["p0@example.com", "p2@example.com", "p3@example.com"]);
  });

  test("what was only announced when a connection broke goes over another one", async () => {
    const sink = await aSink();
    let once = true;
    sink.fault = ({ stage }) => (stage === "dot" && once ? ((once = false), "cut") : undefined);
    expect(kinds(await sendAll(through(sink.url), 3))).toEqual(["unknown", "accepted", "accepted"]);
    expect(sink.taken).toHaveLength(2);
  });

  test("421 ends the connection; the mail is put off, the next goes over a new one", async () => {
    const sink = await aSink();
    let once = true;
    sink.fault = ({ stage }) => (stage === "dot" && once ? ((once = false), { reply: "421 4.7.0 too many mails on this connection" }) : undefined);
    expect(kinds(await sendAll(through(sink.url), 2))).toEqual(["deferred", "accepted"]);
    expect(sink.connections.opened).toBe(2);
  });

  test("a connection ends after the mails that its relay wants", async () => {
    const sink = await aSink();
    expect(kinds(await sendAll(through(`${sink.url}?mails=2`), 5))).toEqual(Array(5).fill("accepted"));
    expect(sink.connections.opened).toBe(3);
    expect(sink.commands.filter((line) => line === "QUIT")).toHaveLength(2);
  });

  test("with leave taken ahead, nothing is handed over without it either", async () => {
    const sink = await aSink();
    const outcomes = await sendAll(through(`${sink.url}?ahead=3`), 30, async (i) => i % 7 !== 3);
    expect(outcomes.filter((outcome) => outcome.kind === "accepted")).toHaveLength(26);
    expect(sink.taken).toHaveLength(26);
    expect(sink.taken.some((mail) => Number(/^p(\d+)/.exec(mail.to[0] ?? "")?.[1]) % 7 === 3)).toBe(false);
  });
});

describe("what the server offers is used:", () => {
  test("SIZE: announced, and what is too large is not begun", async () => {
    const sink = await aSink({ offers: ["PIPELINING", "SIZE 20000"] });
    const smtp = through(sink.url);
    expect(await smtp.send(aParcel({ text: "x".repeat(30_000) }), yes)).toMatchObject({ kind: "refused", code: 552 });
    expect((await smtp.send(aParcel(), yes)).kind).toBe("accepted");
    expect(sink.commands).toContainEqual(expect.stringMatching(/^MAIL FROM:<shop@example\.com> SIZE=\d+$/));
    expect(sink.commands.filter((line) => line.startsWith("MAIL"))).toHaveLength(1);
  });

  test("DSN: the envelope says whose mail it was", async () => {
    const sink = await aSink({ offers: ["PIPELINING", "DSN"] });
    const smtp = through(sink.url);
    await smtp.send(aParcel({ publicId: "0189-a", to: to("a+b@example.com") }), yes);
    expect(sink.commands).toContain("MAIL FROM:<shop@example.com> RET=HDRS ENVID=0189-a");
    expect(sink.commands).toContain("RCPT TO:<a+b@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@example.com");
  });

  test("SMTPUTF8: an address beyond ASCII goes where it is taken, and is refused where it is not", async () => {
    const sink = await aSink();
    expect((await through(sink.url).send(aParcel({ to: to("jelena@пример.срб") }), yes)).kind).toBe("accepted");
    expect(sink.commands).toContainEqual(expect.stringMatching(/^MAIL .* BODY=8BITMIME SMTPUTF8$/));
    const read = await PostalMime.parse(Buffer.from(sink.taken[0]!.raw, "latin1"));
    expect(read.to?.[0]?.address).toBe("jelena@пример.срб");
    const old = await aSink({ offers: ["PIPELINING"] });
    expect(await through(old.url).send(aParcel({ to: to("jelena@пример.срб") }), yes)).toMatchObject({ kind: "refused", code: 553 });
  });
});

describe("a login", () => {
  const auth = { user: "shop", pass: "s3cret-token" };
  test.each<[string, SinkOptions["ways"], string]>([
    ["AUTH PLAIN", ["PLAIN", "LOGIN"], ""],
    ["AUTH LOGIN", ["LOGIN"], ""],
    ["AUTH XOAUTH2", ["XOAUTH2"], "?auth=xoauth2"],
  ])("by %s", async (verb, ways, query) => {
    const sink = await aSink({ auth, ways });
    expect((await through(sink.url + query).send(aParcel(), yes)).kind).toBe("accepted");
    expect(sink.commands).toContain(verb);
    const wrong = await through(`${sink.url.replace("s3cret-token", "wrong-token")}${query}`).send(aParcel(), yes);
    expect(wrong).toMatchObject({ kind: "unreachable", words: expect.stringContaining("535") });
    expect(JSON.stringify(wrong)).not.toContain("wrong-token");
  });
});

describe("encryption", () => {
  test.each(["implicit", "starttls"] as const)("%s", async (tls) => {
    const sink = await aSink({ tls, auth: { user: "u", pass: "p" } });
    expect(kinds(await sendAll(through(sink.url), 2))).toEqual(["accepted", "accepted"]);
    // What was said before the encryption is said anew behind it; the password only there.
    if (tls === "starttls") expect(sink.commands.slice(0, 4).map((line) => line.split(" ")[0])).toEqual(["EHLO", "STARTTLS", "EHLO", "AUTH"]);
  });

  // Mutant: rejectUnauthorized: false.
  test.each(["implicit", "starttls"] as const)("%s to another machine wants a certificate that somebody vouches for", async (tls) => {
    const sink = await aSink({ tls });
    const elsewhere = sink.url.replace("127.0.0.1", ELSEWHERE);
    expect(await through(elsewhere).send(aParcel(), yes)).toMatchObject({ kind: "unreachable", words: expect.stringMatching(/self.signed/i) });
    expect((await through(`${elsewhere}?tls=unverified`).send(aParcel(), yes)).kind).toBe("accepted");
  });

  test("a password does not go in the clear to another machine", async () => {
    const sink = await aSink({ auth: { user: "u", pass: "p" } });
    const outcome = await through(sink.url.replace("127.0.0.1", ELSEWHERE)).send(aParcel(), yes);
    expect(outcome).toMatchObject({ kind: "unreachable", words: expect.stringContaining("no encryption") });
    expect(sink.commands.some((line) => line.startsWith("AUTH"))).toBe(false);
  });

  // Mutant: keep what came behind the reply to STARTTLS, and somebody on the way can answer for the server.
  test("words that came in the clear behind STARTTLS are no server's", async () => {
    const sink = await aSink({ tls: "starttls", offers: ["PIPELINING"] });
    const { createServer } = await import("node:net");
    const liar = createServer((socket) => {
      socket.write("220 liar\r\n");
      socket.on("data", (data) => {
        if (data.toString().startsWith("EHLO")) socket.write("250-liar\r\n250 STARTTLS\r\n");
        else socket.write("220 go ahead\r\n250 injected\r\n");
      });
      socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
    open.push({ close: () => new Promise((resolve) => liar.close(resolve)) });
    const { port } = liar.address() as { port: number };
    expect(await through(`smtp://127.0.0.1:${port}`).send(aParcel(), yes)).toMatchObject({ kind: "unreachable", words: expect.stringContaining("before the encryption") });
    expect(sink.taken).toEqual([]);
  });
});

describe("several relays", () => {
  test("share the mails by their weights", async () => {
    const [heavy, light] = [await aSink(), await aSink()];
    heavy.answerAfter = light.answerAfter = 5;
    const outcomes = await sendAll(through(`${heavy.url}?connections=4&weight=3 ${light.url}?connections=4&weight=1`, 0), 80);
    expect(kinds(outcomes)).toEqual(Array(80).fill("accepted"));
    expect(heavy.connections.most).toBe(6);
    expect(light.connections.most).toBe(2);
    expect(heavy.taken.length).toBeGreaterThan(light.taken.length);
  });

  test("one that is down leaves its mails to the other", async () => {
    const sink = await aSink();
    const outcomes = await sendAll(through(`smtp://127.0.0.1:9 ${sink.url}`, 0), 20);
    expect(kinds(outcomes)).toEqual(Array(20).fill("accepted"));
  });

  test("all of them down: unreachable, and nothing is lost", async () => {
    expect(kinds(await sendAll(through("smtp://127.0.0.1:9 smtp://127.0.0.1:10", 1), 1))).toEqual(["unreachable"]);
  });
});

test("what speaks no SMTP is told from a mail server", async () => {
  const { createServer } = await import("node:http");
  const web = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => new Promise((resolve) => web.close(resolve)) });
  const { port } = web.address() as { port: number };
  const outcome = await post(openSmtp(`smtp://127.0.0.1:${port}`, { heloName: "x", connections: 1, deadlines: { connect: 400 } })).send(aParcel(), yes);
  expect(outcome.kind).toBe("unreachable");
});
