/** The default transport: each mail becomes a file under DATA_DIR/outbox. Staff read them on /staff/outbox. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import PostalMime from "postal-mime";

import { refuseUnusable, writeMime } from "./mime.server";
import type { KeptMail, Transport } from "./transport";

export function openOutbox(dataDir: string): Transport {
  const folder = outboxFolder(dataDir);
  return {
    name: "outbox",
    concurrency: 8,
    send: refuseUnusable(async (mail, commitIntent) => {
      const mime = await writeMime(mail);
      await mkdir(folder, { recursive: true });
      const target = join(folder, `${mail.publicId}.eml`);
      const unfinished = join(folder, `.${mail.publicId}.${randomBytes(4).toString("hex")}`);
      try {
        const file = await open(unfinished, "wx", 0o600);
        try {
          await file.writeFile(mime);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (error) {
        await rm(unfinished, { force: true });
        return { kind: "deferred", code: null, words: `the outbox folder cannot be written (${(error as NodeJS.ErrnoException).code})` };
      }
      if (!(await commitIntent())) {
        await rm(unfinished, { force: true });
        return { kind: "withdrawn" };
      }
      await rename(unfinished, target);
      return { kind: "accepted", code: null, words: `kept in the outbox as ${mail.publicId}.eml`, providerId: null };
    }),
    readKept: (publicId) => readKept(dataDir, publicId),
    close: async () => undefined,
  };
}

function outboxFolder(dataDir: string): string {
  return join(dataDir, "outbox");
}

async function readKept(dataDir: string, publicId: string): Promise<KeptMail | null> {
  if (!/^[0-9a-f-]{36}$/.test(publicId)) return null;
  try {
    const source = await readFile(join(outboxFolder(dataDir), `${publicId}.eml`));
    const { html, text } = await PostalMime.parse(source);
    return { source: source.toString("utf8"), html: html ?? "", text: text ?? "" };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
