/** The default transport: each mail becomes a file under DATA_DIR/outbox. Staff read them on /staff/outbox. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import PostalMime from "postal-mime";

import { writeMessage } from "./message.server";
import { oneByOne } from "./one-by-one";
import type { KeptMail, Outcome, Parcel, Transport } from "./transport";

export function openOutbox(dataDir: string): Transport {
  const folder = outboxFolder(dataDir);
  return {
    name: "outbox",
    concurrency: 8,
    start: (line) => oneByOne(line, 8, (parcel, commitIntent) => keep(folder, parcel, commitIntent)),
    readKept: (publicId) => readKept(dataDir, publicId),
    forgetKept: (publicId) => forgetKept(dataDir, publicId),
  };
}

/** Written aside in full, then named: the name is the handover. */
async function keep(folder: string, parcel: Parcel, commitIntent: () => Promise<boolean>): Promise<Outcome> {
  const message = writeMessage(parcel);
  const { publicId } = parcel;
  const target = join(folder, `${publicId}.eml`);
  const unfinished = join(folder, `.${publicId}.${randomBytes(4).toString("hex")}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(unfinished, "wx", 0o600);
    try {
      await file.writeFile(message);
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
  return { kind: "accepted", code: null, words: `kept in the outbox as ${publicId}.eml`, providerId: null };
}

function outboxFolder(dataDir: string): string {
  return join(dataDir, "outbox");
}

async function forgetKept(dataDir: string, publicId: string): Promise<void> {
  if (/^[0-9a-f-]{36}$/.test(publicId)) await rm(join(outboxFolder(dataDir), `${publicId}.eml`), { force: true });
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
