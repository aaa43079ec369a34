/**
 * Recipients per second that leave for SendGrid: our transport, 1,000 in a request, against @sendgrid/client sending the
 * same batches, and @sendgrid/mail one by one. The other side reads what comes, parses nothing and says 202.
 */
import { Client } from "@sendgrid/client";
import sgMail, { type MailService } from "@sendgrid/mail";

import { escapeHtml } from "../../app/domain/mailings/safe-text";
import { fill, mailOf } from "../../app/mail/parcel";
import { batchTemplate } from "../../app/mail/sendgrid/batch";
import { openSendGrid } from "../../app/mail/sendgrid.server";
import type { MailTemplate, Parcel, Slotted } from "../../app/mail/transport";
import { figure, hold, interleave } from "../support/long";
import { startProgram } from "../support/programs";

export const about = "recipients per second to SendGrid, beside @sendgrid/client with the same batches and @sendgrid/mail one by one";
export const options = { rounds: 5, recipients: 50_000, singly: 400, batch: 1000, kilobytes: 45 };

type Merged = Extract<Parcel, { kind: "merged" }>;

export async function run({ rounds, recipients, singly, batch, kilobytes }: typeof options): Promise<void> {
  const { url } = await startProgram(SINK);
  const template = aMailing(kilobytes * 1024);
  const parcels = Array.from({ length: recipients }, (_, i) => aParcel(template, i));
  // Once, so that none of them is measured while it is being compiled.
  for (const send of [withOurs, withClient]) await send(url, parcels, batch);
  const { values, medians, ratio } = await interleave(rounds, {
    ours: () => perSecond(recipients, () => withOurs(url, parcels, batch)),
    client: () => perSecond(recipients, () => withClient(url, parcels, batch)),
    singly: () => perSecond(singly, () => withMail(url, parcels.slice(0, singly))),
  });
  for (const [name, all] of Object.entries(values)) figure(`${name} recipients per second, each round`, all.map((v) => Math.round(v)).join(" "));
  for (const [name, value] of Object.entries(medians)) figure(`${name} recipients per second`, Math.round(value));
  hold("against @sendgrid/client with the same batches", ratio("ours", "client"), "at least", 1);
  hold("against @sendgrid/mail one by one", ratio("ours", "singly"), "at least", 100);
}

async function perSecond(count: number, send: () => Promise<number>): Promise<number> {
  const from = performance.now();
  const accepted = await send();
  if (accepted !== count) throw new Error(`${accepted} of ${count} were taken`);
  return (count * 1000) / (performance.now() - from);
}

/** The shipped transport, from a line that always has the next one. */
function withOurs(url: string, parcels: Merged[], batch: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let accepted = 0;
    const outlet = openSendGrid({ apiKey: "SG.bench", url, batch }).start({
      next: () => parcels[next++] ?? null,
      commitIntent: async () => true,
      putBack: () => undefined,
      end(_parcel, outcome) {
        if (outcome.kind !== "accepted") return reject(new Error(outcome.words));
        accepted += 1;
        if (accepted === parcels.length) void outlet.close().then(() => resolve(accepted));
      },
    });
    outlet.wake();
  });
}

/** The same requests, prepared as objects; three at once, as ours. */
async function withClient(url: string, parcels: Merged[], batch: number): Promise<number> {
  const client = new Client();
  client.setApiKey("SG.bench");
  client.setDefaultRequest("baseUrl", url);
  const { template } = parcels[0] as Merged;
  const { keys, tail } = batchTemplate(template);
  const rest = JSON.parse(`{${tail.toString().slice(1)}`) as object;
  let next = 0;
  let accepted = 0;
  await Promise.all(
    [0, 1, 2].map(async () => {
      while (next < parcels.length) {
        const some = parcels.slice(next, (next += batch));
        const personalizations = some.map(({ to, values, messageId, publicId }) => ({
          to: [{ email: to.address, name: to.name }],
          subject: fill(template.subject, values),
          headers: { "Message-ID": `<${messageId}>`, ...Object.fromEntries(template.headers.map(({ name, value }) => [name, fill(value, values)])) },
          substitutions: Object.fromEntries(keys.map(({ key, place, isHtml }) => [key, isHtml ? escapeHtml(values[place] ?? "") : values[place]])),
          custom_args: { rapport_id: publicId },
        }));
        const [{ statusCode }] = await client.request({ method: "POST", url: "/v3/mail/send", body: { personalizations, ...rest } });
        if (statusCode === 202) accepted += some.length;
      }
    }),
  );
  return accepted;
}

async function withMail(url: string, parcels: Merged[]): Promise<number> {
  const client = new Client();
  client.setApiKey("SG.bench");
  client.setDefaultRequest("baseUrl", url);
  const service = new (sgMail as unknown as { MailService: new () => MailService }).MailService();
  service.setClient(client);
  let next = 0;
  let accepted = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let parcel = parcels[next++]; parcel; parcel = parcels[next++]) {
        const mail = mailOf(parcel);
        const [{ statusCode }] = await service.send({
          from: { email: mail.from.address, name: mail.from.name },
          personalizations: [{ to: [{ email: parcel.to.address, name: parcel.to.name }], customArgs: { rapport_id: parcel.publicId } }],
          subject: mail.subject,
          content: [{ type: "text/plain", value: mail.text }, { type: "text/html", value: mail.html }],
          headers: Object.fromEntries([["Message-ID", `<${parcel.messageId}>`], ...mail.headers.map(({ name, value }) => [name, value])]),
        });
        if (statusCode === 202) accepted += 1;
      }
    }),
  );
  return accepted;
}

/** Some 45 KB, with a name in three places and a counted link in thirty. */
function aMailing(bytes: number): MailTemplate {
  const paragraph = `<p style="margin:0 0 16px;font-family:Georgia,serif;font-size:16px;line-height:24px">${"Lime wood, bees' wax and a quiet afternoon. ".repeat(28)}</p>`;
  const blocks = Math.round(bytes / (paragraph.length + 60));
  const html: Slotted = {
    parts: ["<html><body><h1>Hello ", "</h1>", ...Array<string>(blocks).fill(`${paragraph}<a href="https://links.example.com/c/`), "\"></a><p>", "</p></body></html>"],
    slots: [1, 0, ...Array<number>(blocks).fill(0), 2],
  };
  return {
    key: "bench",
    from: { name: "Lipa", address: "shop@example.com" },
    replyTo: null,
    subject: { parts: ["Hello ", ""], slots: [1] },
    html,
    text: { parts: ["Hello ", ",\n", "\n"], slots: [1, 2] },
    headers: [
      { name: "List-Unsubscribe", value: { parts: ["<https://links.example.com/u/", ">"], slots: [0] } },
      { name: "List-Unsubscribe-Post", value: { parts: ["List-Unsubscribe=One-Click"], slots: [] } },
    ],
  };
}

function aParcel(template: MailTemplate, i: number): Merged {
  const id = `01890000-0000-7000-8000-${String(i).padStart(12, "0")}`;
  return {
    kind: "merged", template, deliveryId: i + 1, publicId: id, messageId: `${id}@example.com`, returnPath: "shop@example.com",
    to: { name: `Anna Nowak ${i}`, address: `person${i}@example.com` }, date: new Date(),
    values: [`1a.${i.toString(36)}.AbCdEfGhIjKlMnOpQrStUv`, `Anna ${i}`, `Kraków & ${i}`],
  };
}

const SINK = `
import { createServer } from "node:http";
createServer((request, response) => {
  request.on("data", () => {});
  request.on("end", () => response.writeHead(202, { "X-Message-Id": "sg", "Content-Length": 0 }).end());
}).listen(0, "127.0.0.1", function () { process.send({ url: "http://127.0.0.1:" + this.address().port }); });
`;
