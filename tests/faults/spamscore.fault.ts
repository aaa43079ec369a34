/**
 * SpamAssassin (network tests off) judges every mailing of the library in every language, as the mail server takes it
 * over SMTP with all its headers, signed and unsigned.
 */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { openApp } from "../../app/context.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { readEnv } from "../../app/env.server";
import { figure, hold, onEnd } from "../support/long";
import { queueLibrary, queueSignInMails } from "../support/library-mails";
import { scratchDatabase, scratchFolder, SCRATCH_SECRET } from "../support/scratch";
import { smtpSink } from "../support/smtp-sink";

export const about = "SpamAssassin scores every mailing of the library below 1.0";
export const needs = ["spamassassin"];
export const options = { limit: 1, dialect: "sqlite" };

export async function run({ limit }: typeof options): Promise<void> {
  const { db, where } = await scratchDatabase();
  await db.close();
  const sink = await smtpSink();
  onEnd(() => sink.close());
  const keyFile = join(scratchFolder(), "dkim.pem");
  writeFileSync(keyFile, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs8" }));
  const env = readEnv({
    ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: "Lipa <hello@mail.lipa.example>", APP_URL: "https://lipa.example", LINK_URL: "https://links.lipa.example",
    MAIL_URL: sink.url, DKIM_SELECTOR: "s1", DKIM_KEY_FILE: keyFile, LOG_LEVEL: "silent",
  });
  const app = openApp(env);
  onEnd(() => app.close());
  const names = new Map([...(await queueLibrary(app)), ...(await queueSignInMails(app))]);
  for (const until = Date.now() + 60_000; sink.taken.length < names.size && Date.now() < until; ) await sendDue(app, 1000);
  await finishSending(app);
  figure("mails", sink.taken.length);

  let worst = -99;
  let worstSignIn = -99;
  for (const { raw, to } of sink.taken) {
    // As the reader's server would have it: with the line of who brought it.
    const received = `Received: from relay.lipa.example (relay.lipa.example [93.184.216.34])\r\n\tby mx.mail.example (Postfix) with ESMTPS id 4F1;\r\n\t${new Date().toUTCString().replace("GMT", "+0000")}\r\n`;
    const { stdout } = spawnSync("spamassassin", ["-L", "-t"], { input: Buffer.from(received + raw, "latin1"), encoding: "utf8", maxBuffer: 1e8 });
    const [, score = "99", tests = ""] = /^X-Spam-Status: \w+, score=(-?[\d.]+)[^]*?tests=([^\n]*(?:\n\t[^\n]*)*)/m.exec(stdout) ?? [];
    figure(names.get(to[0] ?? "") ?? to[0] ?? "?", `${score} ${tests.replace(/\s+/g, " ").replace(/ autolearn.*/, "")}`);
    if (to[0]?.startsWith("sign-in")) worstSignIn = Math.max(worstSignIn, Number(score));
    else worst = Math.max(worst, Number(score));
  }
  hold("mails_scored", sink.taken.length, "at least", names.size);
  hold("worst_mailing", worst, "at most", limit - 0.001);
  // Short mails in Serbian Cyrillic beside Latin addresses meet MIXED_ES, which is about Latin text in disguise.
  hold("worst_sign_in_mail", worstSignIn, "at most", limit);
}
