/** A person's own mailbox over IMAP: opened to read only, so that nothing in it changes. */
import type { ImapFlow } from "imapflow";

import { asMailboxError, connectImap, saying } from "./imap.server";
import type { AccountSession, MailAccount, MailHead } from "./mailbox";

/**
 * @param at the address to connect to, as it was looked up and found open: no second look-up can give another
 * @param plain without TLS, in a network of the administrator's own
 * @throws MailboxError
 */
export async function openImapAccount({ host, port, secure, user, password }: MailAccount, at: string, plain: boolean): Promise<AccountSession> {
  const client = await connectImap({
    host: at, port, secure, servername: host, ...(!secure && { doSTARTTLS: plain ? undefined : true }), auth: { user, pass: password }, connectionTimeout: 15_000,
  });
  return sessionOf(client);
}

function sessionOf(client: ImapFlow): AccountSession {
  return {
    folders: () => saying(async () => {
      const all = await client.list();
      const sent = all.find(({ specialUse }) => specialUse === "\\Sent");
      return [{ path: "INBOX", isSent: false }, ...(sent ? [{ path: sent.path, isSent: true }] : [])];
    }),
    open: async (path) => {
      try {
        return { uidValidity: String((await client.mailboxOpen(path, { readOnly: true })).uidValidity) };
      } catch (error) {
        throw asMailboxError(error, "no_folder");
      }
    },
    list: ({ from, since }) => saying(async () => {
      const found = (await client.search({ uid: `${from}:*`, since: new Date(since) }, { uid: true })) || [];
      // `n:*` names the last mail even where n lies beyond it.
      return found.filter((uid) => uid >= from).sort((a, b) => a - b);
    }),
    search: ({ address, upTo, since }) => saying(async () => {
      const about = [{ from: address }, { to: address }, { cc: address }, { bcc: address }];
      const found = await client.search({ uid: `1:${upTo}`, since: new Date(since), or: about }, { uid: true });
      // What the server refuses to look for is not there; a connection that broke meanwhile says nothing of it.
      if (!found && !client.usable) throw new Error("the connection broke");
      return (found || []).sort((a, b) => a - b);
    }),
    heads: (uids) => saying(async () => {
      const heads: MailHead[] = [];
      for await (const { uid, size, envelope } of client.fetch(uids.join(","), { uid: true, size: true, envelope: true }, { uid: true })) {
        const people = [...(envelope?.from ?? []), ...(envelope?.to ?? []), ...(envelope?.cc ?? []), ...(envelope?.bcc ?? [])];
        heads.push({ uid, size: size ?? 0, addresses: people.flatMap(({ address }) => address ?? []), writtenAt: timeOf(envelope?.date) });
      }
      return heads.sort((a, b) => a.uid - b.uid);
    }),
    headsByLines: (uids) => saying(async () => {
      const heads: MailHead[] = [];
      for await (const { uid, size, headers } of client.fetch(uids.join(","), { uid: true, size: true, headers: ["from", "to", "cc", "bcc"] }, { uid: true })) {
        const lines = (headers ?? "").toString();
        heads.push({ uid, size: size ?? 0, addresses: lines.match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [], writtenAt: null });
      }
      return heads.sort((a, b) => a.uid - b.uid);
    }),
    fetch: (uid, limit) => saying(async () => {
      const known = await client.fetchOne(String(uid), { size: true }, { uid: true });
      if (!known || (known.size ?? 0) > limit) return null;
      const got = await client.fetchOne(String(uid), { source: true }, { uid: true });
      return (got && got.source) || null;
    }),
    close: async () => {
      await client.logout().catch(() => client.close());
    },
  };
}

function timeOf(date: Date | undefined): number | null {
  const at = date?.getTime() ?? Number.NaN;
  return Number.isNaN(at) ? null : at;
}
