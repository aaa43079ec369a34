/** A mailbox over IMAP (RFC 9051), by imapflow. */
import type { ImapFlow, ImapFlowOptions } from "imapflow";

import { MailboxError, type Mailbox, type MailboxSession } from "./mailbox";
import { isLoopback } from "./smtp/relay";

/** Mails that Rapport has taken carry it, beside being read. */
const TAKEN = "$RapportTaken";
const HEAD = 64 * 1024;

/** @param url `imaps://user:password@host:993/INBOX`; `imap://` speaks STARTTLS, except with this machine itself */
export function imapMailbox(url: string): Mailbox {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const secure = protocol === "imaps:";
  const folder = decodeURIComponent(pathname.slice(1)) || "INBOX";
  const user = decodeURIComponent(username);
  return {
    name: `${user}@${host}${port && `:${port}`}/${folder}`,
    async open() {
      const client = await connectImap({
        host,
        port: Number(port) || (secure ? 993 : 143),
        secure,
        ...(!secure && !isLoopback(host) && { doSTARTTLS: true }),
        auth: { user, pass: decodeURIComponent(password) },
        connectionTimeout: 20_000,
      });
      return openFolder(client, folder);
    },
  };
}

/** @throws MailboxError */
export async function connectImap(options: ImapFlowOptions): Promise<ImapFlow> {
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({ ...options, logger: false, greetingTimeout: 15_000, socketTimeout: 60_000, disableAutoIdle: true });
  // Every command rejects by itself; without a listener the event would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    throw asMailboxError(error);
  }
  return client;
}

async function openFolder(client: ImapFlow, folder: string): Promise<MailboxSession> {
  try {
    const box = await client.mailboxOpen(folder);
    return {
      uidValidity: String(box.uidValidity),
      uidNext: Number(box.uidNext),
      list: ({ from, to, unreadOr }) => saying(async () => {
        const uid = `${from}:${to ?? "*"}`;
        const wanted = unreadOr ? { uid, or: [{ seen: false }, ...(unreadOr.since === null ? [{ seen: false }] : [{ since: new Date(unreadOr.since) }])] } : { uid };
        const found = (await client.search(wanted, { uid: true })) || [];
        // `n:*` names the last mail even where n lies beyond it.
        return found.filter((one) => one >= from && (to === null || one <= to)).sort((a, b) => a - b);
      }),
      fetch: (uid, limit) => saying(async () => {
        const known = await client.fetchOne(String(uid), { size: true }, { uid: true });
        if (!known) return null;
        const size = known.size ?? 0;
        const isWhole = size <= limit;
        const got = await client.fetchOne(String(uid), { source: isWhole ? true : { start: 0, maxLength: HEAD } }, { uid: true });
        return got && got.source ? { uid, size, raw: got.source, isWhole } : null;
      }),
      mark: (uid) => saying(async () => {
        const keywords = box.permanentFlags?.has("\\*") ? [TAKEN] : [];
        await client.messageFlagsAdd(String(uid), ["\\Seen", ...keywords], { uid: true });
      }),
      close: async () => {
        await client.logout().catch(() => client.close());
      },
    };
  } catch (error) {
    client.close();
    throw asMailboxError(error, "no_folder");
  }
}

export async function saying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMailboxError(error);
  }
}

type ImapError = Error & { code?: string; authenticationFailed?: boolean; serverResponseCode?: string; responseText?: string; responseStatus?: string };

/** By what the library says of it: the words are the server's own, or the system's. */
export function asMailboxError(error: unknown, otherwise: "broken" | "no_folder" = "broken"): MailboxError {
  if (error instanceof MailboxError) return error;
  const { code = "", message = String(error), authenticationFailed, responseText, responseStatus } = error as ImapError;
  const words = (responseText || message).slice(0, 300);
  if (authenticationFailed) return new MailboxError("refused", words);
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/i.test(code)) return new MailboxError("certificate", `${code} ${words}`);
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|GREETING_TIMEOUT|UPGRADE_TIMEOUT/i.test(code)) return new MailboxError("unreachable", `${code} ${words}`);
  return new MailboxError(responseStatus === "NO" ? otherwise : "broken", words);
}
