import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { aRelay, certificateOf, type RelayKind } from "../../../tests/support/relay";
import { dnsServer } from "../../../tests/support/dns";
import { checkMail } from "./check-mail.server";
import { levelOf } from "./finding";
import { readRelays } from "../smtp/relay";
import { checkRelay, type RelayLook } from "./relay.server";

const NOW = Date.UTC(2026, 5, 1);

async function look(kind: RelayKind, given: Partial<RelayLook> & { scheme?: string; login?: string; host?: string } = {}) {
  const relay = await aRelay(kind);
  onTestFinished(() => relay.close());
  const { scheme = kind.implicit ? "smtps" : "smtp", login = "", host = "localhost", ...rest } = given;
  const [named] = readRelays(`${scheme}://${login}${host}:${relay.port}`);
  // Of a relay on this very machine the certificate would not be asked for.
  return checkRelay({ relay: { ...named!, isVerified: true }, heloName: "test.example", sender: "shop@example.com", now: NOW, deadline: 5_000, ...rest });
}
const keys = (findings: { key: string }[]) => findings.map((one) => one.key);
const LOGIN = { auth: { user: "shop", pass: "right" } };

test("a relay that is as it should be: every line is ok, and the password stands nowhere", async () => {
  for (const implicit of [false, true]) {
    const found = await look({ certificate: "self-signed", implicit, ...LOGIN }, { login: "shop:right@", ca: certificateOf("self-signed") });
    expect(keys(found)).toEqual(["relay_connected", "tls_ok", "auth_ok", "relay_features", "sender_ok"]);
    expect(levelOf(found)).toBe("ok");
    expect(found[1]!.values).toMatchObject({ subject: "localhost", protocol: "TLSv1.3" });
    expect(JSON.stringify(found)).not.toContain("right");
  }
});

test.each<[string, RelayKind, Parameters<typeof look>[1], string]>([
  ["a certificate that nobody vouches for", { certificate: "self-signed" }, {}, "tls_self_signed"],
  ["a certificate that has run out", { certificate: "expired", implicit: true }, {}, "tls_expired"],
  ["a certificate of another host", { certificate: "other-host" }, {}, "tls_other_host"],
  ["a certificate that is not valid yet", { certificate: "self-signed" }, { now: Date.UTC(2017, 0, 1) }, "tls_not_yet"],
  ["no TLS, though there is a password to send", LOGIN, { login: "shop:right@" }, "tls_required"],
  ["a wrong password", { certificate: "self-signed", ...LOGIN }, { login: "shop:false-one@", ca: certificateOf("self-signed") }, "auth_refused"],
  ["no way to sign in that we know", { certificate: "self-signed", auth: { ...LOGIN.auth, ways: "GSSAPI" } }, { login: "shop:right@", ca: certificateOf("self-signed") }, "auth_not_offered"],
  ["a sender that is not ours", { certificate: "self-signed", refuseSender: true }, { ca: certificateOf("self-signed") }, "sender_refused"],
  ["a server that is busy", { greeting: "554 5.3.2 no service here" }, {}, "relay_greeting_refused"],
  ["something that is no mail server", { greeting: "SSH-2.0-OpenSSH_9.2" }, {}, "relay_not_smtp"],
  ["a port that never answers", { silent: true }, { deadline: 300 }, "relay_no_answer"],
  ["TLS asked of a port that has none", {}, { scheme: "smtps" }, "tls_failed"],
])("%s is said by name", async (_name, kind, given, key) => {
  const found = await look(kind, given);
  expect(found.at(-1)).toMatchObject({ key, level: "wrong" });
  expect(JSON.stringify(found)).not.toMatch(/right|false-one/);
});

test("a closed port and a host that nobody knows are said by name", async () => {
  const relay = await aRelay();
  await relay.close();
  const given = { heloName: "t.example", sender: "a@example.com", now: NOW, deadline: 5_000 };
  expect(keys(await checkRelay({ ...given, relay: readRelays(`smtp://127.0.0.1:${relay.port}`)[0]! }))).toEqual(["relay_refused"]);
  expect(["relay_host_unknown", "relay_no_answer"]).toContain((await checkRelay({ ...given, relay: readRelays("smtp://no-such-host.invalid:25")[0]! }))[0]!.key);
});

test("the sender's domain is looked up: what is missing, doubled or open is said", async () => {
  const env = { MAIL_URL: undefined, BOUNCE_ADDRESS: undefined, SENDGRID_API_KEY: undefined, SENDGRID_URL: "http://127.0.0.1", SENDGRID_WEBHOOK_KEY: undefined, LINK_URL: "https://links.lipa.shop" };
  const dns = await dnsServer({
    txt: {
      "lipa.shop": ["v=spf1 include:relay.example -all", "something else"],
      "_dmarc.lipa.shop": ["v=DMARC1; p=reject"],
      "r1._domainkey.lipa.shop": [`v=DKIM1; k=rsa; p=${"A".repeat(300)}`],
      "open.shop": ["v=spf1 +all"],
      "two.shop": ["v=spf1 -all", "v=spf1 ~all"],
    },
    mx: { "lipa.shop": "mx.lipa.shop" },
  });
  onTestFinished(() => dns.close());
  const of = async (address: string, publicKey = "A".repeat(300)) =>
    checkMail({ ...env, MAIL_FROM: `Lipa <${address}>` }, { now: NOW, dns: dns.resolver, signings: [{ domain: "lipa.shop", selector: "r1", publicKey }] });
  expect(keys(await of("shop@lipa.shop"))).toEqual(["relay_none", "spf_ok", "dkim_ok", "dmarc_ok", "mx_ok", "links_ok"]);
  // The record of the domain above counts.
  expect(keys(await of("shop@news.lipa.shop", "B"))).toEqual(["relay_none", "spf_missing", "dkim_other_key", "dmarc_ok", "mx_missing", "links_ok"]);
  expect(keys(await of("shop@open.shop"))).toContain("spf_open");
  expect(keys(await of("shop@two.shop"))).toContain("spf_many");
  expect(keys(await of("shop@example.com"))).toContain("domain_example");
});

test("links that mail programs cannot unsubscribe by, and ones that lead to this machine only, are said", async () => {
  const env = { MAIL_FROM: "a@example.com", MAIL_URL: undefined, BOUNCE_ADDRESS: undefined, SENDGRID_API_KEY: undefined, SENDGRID_URL: "", SENDGRID_WEBHOOK_KEY: undefined };
  expect(keys(await checkMail({ ...env, LINK_URL: "http://lipa.shop" }, { now: NOW }))).toContain("links_plain");
  expect(keys(await checkMail({ ...env, LINK_URL: "http://127.0.0.1:3000" }, { now: NOW }))).toContain("links_local");
});

test("a SendGrid key is tried: a wrong one, one that may not send, and silence are told apart", async () => {
  let answer: [number, object] = [200, { scopes: ["mail.send"] }];
  const api = createServer((_request, response) => response.writeHead(answer[0], { "Content-Type": "application/json" }).end(JSON.stringify(answer[1])));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void api.close());
  const env = { MAIL_FROM: "a@example.com", MAIL_URL: undefined, BOUNCE_ADDRESS: undefined, SENDGRID_API_KEY: "SG.x", SENDGRID_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, SENDGRID_WEBHOOK_KEY: undefined, LINK_URL: "https://a.shop" };
  const first = async () => (await checkMail(env, { now: NOW }))[0]!.key;
  expect(await first()).toBe("sendgrid_ok");
  answer = [200, { scopes: ["stats.read"] }];
  expect(await first()).toBe("sendgrid_may_not_send");
  answer = [401, {}];
  expect(await first()).toBe("sendgrid_refused");
  env.SENDGRID_URL = "http://127.0.0.1:9";
  expect(await first()).toBe("sendgrid_no_answer");
});
