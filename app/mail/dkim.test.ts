import { spawnSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { keyFault, publicKeyOf } from "./dkim-key.server";
import { openSigner, relaxedBody, signatureOf, signedText } from "./dkim.server";

const RSA = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const ED = pem(generateKeyPairSync("ed25519").privateKey);

function pem(key: ReturnType<typeof createPrivateKey>): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

const MESSAGE = Buffer.from(
  [
    "Message-ID: <1@lipa.shop>", "Date: Mon, 01 Jun 2026 10:00:00 +0000", "From: Lipa <shop@lipa.shop>", "To: =?utf-8?Q?=C5=BBofia?=",
    " <zofia@example.com>", "Subject:  Two\t blanks ", "List-Unsubscribe: <https://lipa.shop/u/1>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", "Hello  there \t", "", " x", "", "", "",
  ].join("\r\n"),
);

// RFC 8463, appendix A: the same text and key must give the same signature.
test("signs as the example of RFC 8463 does", () => {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=", "base64")]),
    format: "der",
    type: "pkcs8",
  });
  const fields = new Map([
    ["from", ["From: Joe SixPack <joe@football.example.com>"]],
    ["to", ["To: Suzie Q <suzie@shopping.example.net>"]],
    ["subject", ["Subject: Is dinner ready?"]],
    ["date", ["Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)"]],
    ["message-id", ["Message-ID: <20030712040037.46341.5F8J@football.example.com>"]],
  ]);
  const covered = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
  const own = [
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;", " d=football.example.com; i=@football.example.com;",
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :", " subject : date : message-id : from : subject : date;",
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;", " b=",
  ].join("\r\n");
  expect(signatureOf(key, signedText(covered, fields, own))).toBe("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
  expect(publicKeyOf(pem(key))).toBe("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
});

test.each([
  ["", ""],
  ["\r\n\r\n", ""],
  ["a", "a\r\n"],
  [" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"],
  ["a\r\n \r\n", "a\r\n"],
])("the body %j is hashed as %j", (given, wanted) => {
  expect(relaxedBody(Buffer.from(given)).toString()).toBe(wanted);
});

test("covers what must not be changed, and the names that must not be added", () => {
  const field = openSigner([{ domain: "lipa.shop", selector: "r1", pem: RSA }], () => 1_780_308_000_000)!(MESSAGE);
  expect(field).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=lipa\.shop;\r\n s=r1; t=1780308000;\r\n/);
  const covered = /h=([^;]*)/.exec(field)![1]!.replace(/\s/g, "").split(":");
  expect(covered.filter((name) => name === "from")).toHaveLength(2);
  expect(covered).toEqual(expect.arrayContaining(["subject", "to", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"]));
  expect(field.endsWith("\r\n")).toBe(true);
  expect(Math.max(...field.split("\r\n").map((line) => line.length))).toBeLessThan(79);
});

test("keys that cannot sign are named", () => {
  expect(keyFault(RSA, "rsa")).toBeNull();
  expect(keyFault(ED, "ed25519")).toBeNull();
  expect(keyFault(ED, "rsa")).toContain("ed25519");
  expect(keyFault("nothing", "rsa")).toContain("no private key");
  expect(keyFault(pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey), "rsa")).toContain("2048");
});

const VERIFY = `
import sys, dkim
records = dict(line.rstrip("\\n").split("\\t") for line in open(sys.argv[1]))
find = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()
message = open(sys.argv[2], "rb").read()
d = dkim.DKIM(message)
for i in range(2):
    try: print(d.verify(idx=i, dnsfunc=find))
    except Exception as e: print("False", e)
`;
const hasVerifier = spawnSync("/usr/bin/python3", ["-c", "import dkim, nacl"]).status === 0;

// Where Debian's python3-dkim and python3-nacl are: somebody else's verifier.
test.runIf(hasVerifier)("another's verifier takes both signatures, and neither once anything was changed", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-dkim-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keys = [{ domain: "lipa.shop", selector: "r1", pem: RSA }, { domain: "lipa.shop", selector: "e1", pem: ED }];
  writeFileSync(join(folder, "dns"), `r1._domainkey.lipa.shop\tv=DKIM1; k=rsa; p=${publicKeyOf(RSA)}\ne1._domainkey.lipa.shop\tv=DKIM1; k=ed25519; p=${publicKeyOf(ED)}\n`);
  const signatures = openSigner(keys)!(MESSAGE);
  const message = MESSAGE.toString("latin1");
  const verify = (message: string) => {
    writeFileSync(join(folder, "message"), message, "latin1");
    return spawnSync("/usr/bin/python3", ["-c", VERIFY, join(folder, "dns"), join(folder, "message")], { encoding: "utf8" }).stdout.trim().split("\n").map((line) => line.slice(0, 5).trim());
  };
  expect(verify(signatures + message)).toEqual(["True", "True"]);
  for (const [what, by] of [["Two", "Three"], ["u/1>", "u/2>"], [" x", " y"], ["zofia@", "eva@"], ["Subject:", "Subject: New\r\nSubject:"]] as const)
    expect(verify(signatures + message.replace(what, by)), what).toEqual(["False", "False"]);
});
