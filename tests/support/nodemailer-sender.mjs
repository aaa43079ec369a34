// What most senders in Node do: nodemailer with a pool, HTML and text. `node nodemailer-sender.mjs PORT MAILS CONNECTIONS
// FILE`; FILE holds { subject, html, text } with "Anna" where the reader's name goes. Prints mails a second and µs of CPU per mail.
import { readFileSync } from "node:fs";

import { createTransport } from "nodemailer";

const [port, mails, connections, file] = process.argv.slice(2);
const { subject, html, text } = JSON.parse(readFileSync(file, "utf8"));
const transport = createTransport({ host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true, pool: true, maxConnections: Number(connections), maxMessages: Infinity });
const names = ["Anna", "Kinga", "Jelena", "Zofia", "Emma"];
let next = 0;
const from = performance.now();
const cpu = process.cpuUsage();
async function sendOnes() {
  while (next < Number(mails)) {
    const i = next++;
    const name = names[i % names.length];
    await transport.sendMail({
      from: "Test shop <shop@example.com>",
      to: { name, address: `person${i}@example.com` },
      subject: subject.replaceAll("Anna", name),
      html: html.replaceAll("Anna", name),
      text: text.replaceAll("Anna", name),
      headers: { "List-Unsubscribe": `<https://example.com/u/${i}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    });
  }
}
await Promise.all(Array.from({ length: Number(connections) * 2 }, sendOnes));
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(`${(Number(mails) * 1000) / (performance.now() - from)} ${(user + system) / Number(mails)}\n`);
transport.close();
