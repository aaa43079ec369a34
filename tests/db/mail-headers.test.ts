/** What stands in the header of a mail that left, and that nothing which people type can add to it or to its envelope. */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { databaseDialect } from "../../app/env.server";
import { saveCompany, getCompany } from "../../app/domain/company/company.server";
import { queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { readLinkToken } from "../../app/domain/deliveries/token.server";
import { publicKeyOf } from "../../app/mail/dkim-key.server";
import { at } from "../support/factories";
import { queueLibrary } from "../support/library-mails";
import { drain, mailingPlace } from "../support/mailing-app";
import { smtpSink, type TakenMail } from "../support/smtp-sink";

const FROM = "Lipa <hello@mail.lipa.example>";
const LINKS = "https://links.lipa.example";

/** The fields by lower-case name, unfolded. */
function fieldsOf({ raw }: TakenMail): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const field of raw.slice(0, raw.indexOf("\r\n\r\n")).split(/\r\n(?![ \t])/)) {
    const name = field.slice(0, field.indexOf(":")).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), field.slice(name.length + 1).replace(/\r\n/g, "").trim()]);
  }
  return fields;
}

async function aPlace(settings: Record<string, string> = {}) {
  const sink = await smtpSink();
  onTestFinished(() => sink.close());
  const place = await mailingPlace({ MAIL_URL: sink.url, MAIL_FROM: FROM, APP_URL: "https://lipa.example", LINK_URL: LINKS, ...settings });
  return { ...place, sink, app: place.open() };
}

// What is written does not depend on the database.
describe.runIf(databaseDialect() === "sqlite")("the header", () => {
  test("of a mailing lets mail programs unsubscribe, and is signed with all of it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rapport-headers-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    writeFileSync(join(folder, "key.pem"), pem);
    const { app, sink } = await aPlace({ DKIM_SELECTOR: "s1", DKIM_KEY_FILE: join(folder, "key.pem") });
    await queueLibrary(app, ["sr-Cyrl"], "newsletter");
    await drain(app);
    const [mail] = sink.taken;
    const fields = fieldsOf(mail!);
    const one = (name: string) => {
      expect(fields.get(name), name).toHaveLength(1);
      return fields.get(name)![0]!;
    };
    const [row] = await app.db.read.select().from(deliveries);
    expect(readLinkToken(new RegExp(`^<${LINKS}/u/([^>]+)>$`).exec(one("list-unsubscribe"))![1]!)).toBe(row!.id);
    expect(one("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(one("list-id")).toBe("<about-newsletter.mail.lipa.example>");
    expect(one("feedback-id")).toBe(`c${row!.campaignId}:about-newsletter:marketing:mail-lipa-example`);
    expect(one("precedence")).toBe("bulk");
    expect(one("message-id")).toBe(`<${row!.messageId}>`);
    expect(row!.messageId).toMatch(/@mail\.lipa\.example$/);
    expect(Math.abs(Date.parse(one("date")) - Date.now())).toBeLessThan(60_000);
    expect(one("from")).toBe('"Test shop" <hello@mail.lipa.example>'.replace(/"/g, one("from").includes('"') ? '"' : ""));
    expect(one("mime-version")).toBe("1.0");
    expect(fields.has("auto-submitted")).toBe(false);
    expect(mail!.raw.split("\r\n").every((line) => line.length <= 998)).toBe(true);

    const covered = /h=([^;]*)/.exec(one("dkim-signature"))![1]!.replace(/\s/g, "").split(":");
    expect(covered).toEqual(expect.arrayContaining(["from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post", "list-id"]));
    if (spawnSync("/usr/bin/python3", ["-c", "import dkim"]).status !== 0) return;
    writeFileSync(join(folder, "mail"), mail!.raw, "latin1");
    const verdict = spawnSync("/usr/bin/python3", ["-c", `import sys, dkim; print(dkim.verify(open(sys.argv[1], "rb").read(), dnsfunc=lambda n, timeout=5: b"v=DKIM1; k=rsa; p=${publicKeyOf(pem)}"))`, join(folder, "mail")], { encoding: "utf8" });
    expect(verdict.stdout.trim()).toBe("True");
  });

  test("of a system mail says that a machine wrote it, and is no list's", async () => {
    const { app, sink } = await aPlace();
    await app.db.write((tx) => queueNotice(tx, at(Date.now()), { class: "transactional", to: { address: "a@mail.example" }, template: "mail_test", locale: "en", values: {}, dedupeKey: "1" }));
    await drain(app);
    const fields = fieldsOf(sink.taken[0]!);
    expect(fields.get("auto-submitted")).toEqual(["auto-generated"]);
    for (const name of ["list-unsubscribe", "list-id", "precedence", "feedback-id"]) expect(fields.has(name), name).toBe(false);
  });

  // Mutants: oneLine in compose and parcel.ts returning its text; checkParcel not asking for a strict address.
  test("takes no line of its own from names, subjects or addresses; the envelope has one recipient", async () => {
    const { app, sink } = await aPlace();
    const evil = "X\r\nBcc: evil@evil.test\r\n\r\n<b>";
    await app.db.write(async (tx) => {
      const company = await getCompany(tx);
      await expect(saveCompany(tx, at(Date.now()), { ...company, supportEmail: "help@lipa.example\r\nBcc: evil@evil.test" })).rejects.toThrow("supportEmail");
      await saveCompany(tx, at(Date.now()), { ...company, name: `Shop ${evil}` });
      await tx.raw("UPDATE settings SET value = replace(value, 'support@example.com', 'help@lipa.example\\r\\nBcc: evil@evil.test')");
      const mails = [
        { address: "good@mail.example", name: `Anna ${evil}` },
        { address: "b@mail.example, evil@evil.test", name: "B" },
        { address: "c@mail.example>\r\nRCPT TO:<evil@evil.test", name: "C" },
        { address: "d@mail.example\nBcc: evil@evil.test", name: "D" },
        { address: "<e@mail.example> <evil@evil.test>", name: "E" },
        { address: "f@mail.example evil@evil.test", name: "F" },
      ];
      for (const [i, to] of mails.entries())
        await queueNotice(tx, at(Date.now()), { class: "transactional", to, template: "mail_test", locale: "en", values: { name: evil }, dedupeKey: `evil:${i}` });
    });
    await queueLibrary(app, ["en"], "newsletter");
    await app.db.write((tx) => tx.raw("UPDATE deliveries SET recipient_name = ?, merge_values = replace(merge_values, 'Żofia', 'X\\r\\nBcc: evil@evil.test') WHERE class = 'marketing'", [evil]));
    await drain(app);
    expect(sink.taken.map((mail) => mail.to).toSorted()).toEqual([["good@mail.example"], ["newsletter.en@mail.example"]]);
    for (const mail of sink.taken) {
      expect(fieldsOf(mail).has("bcc")).toBe(false);
      expect(mail.raw.slice(0, mail.raw.indexOf("\r\n\r\n"))).not.toMatch(/^Bcc:/im);
      expect(fieldsOf(mail).get("to")).toHaveLength(1);
    }
    const rows = await app.db.read.select({ address: deliveries.address, state: deliveries.state }).from(deliveries);
    expect(rows.filter((row) => row.state === "failed")).toHaveLength(5);
    expect(rows.filter((row) => row.state === "accepted")).toHaveLength(2);
  });
});
