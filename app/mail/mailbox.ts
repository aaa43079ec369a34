/** The port of a mailbox that is read. The domain knows this file only, as types. */

/** blocked: it leads where nothing of ours may go. */
export type MailboxFault = "unreachable" | "certificate" | "refused" | "no_folder" | "broken" | "blocked";

/** What is wrong with a mailbox, by name: `fault` for pages and the doctor, the message for people who set it up. */
export class MailboxError extends Error {
  override name = "MailboxError";
  constructor(
    readonly fault: MailboxFault,
    words: string,
  ) {
    super(`${fault}: ${words}`);
  }
}

export type MailboxMail = {
  uid: number;
  /** Of the whole mail, in bytes. */
  size: number;
  /** Whole; of a mail beyond the limit its first 64 KiB. */
  raw: Uint8Array;
  isWhole: boolean;
};

export type MailboxSession = {
  /** Numbers of mails hold only as long as this stays (RFC 9051 2.3.1.1). */
  readonly uidValidity: string;
  /** The number that the next mail will get. */
  readonly uidNext: number;
  /** Numbers in rising order: of all mails in the range, or of those unread or come since. */
  list(range: { from: number; to: number | null; unreadOr?: { since: number | null } }): Promise<number[]>;
  /** Null when it is gone. */
  fetch(uid: number, limit: number): Promise<MailboxMail | null>;
  /** Marks it as read and taken. Nothing is deleted. */
  mark(uid: number): Promise<void>;
  close(): Promise<void>;
};

export type Mailbox = {
  /** user@host/folder, without the password. */
  readonly name: string;
  /** @throws MailboxError */
  open(): Promise<MailboxSession>;
};

/** A person's own mailbox: looked at, and left as it is. */
export type MailAccount = { host: string; port: number; /** TLS from the first byte; otherwise STARTTLS. */ secure: boolean; user: string; password: string };

export type AccountFolder = { path: string; isSent: boolean };

/** Whom a mail is from and to, of one's own also in Bcc, without its words. */
export type MailHead = { uid: number; size: number; addresses: string[]; /** ms since the epoch. */ writtenAt: number | null };

export type AccountSession = {
  /** The inbox, and where sent mails lie, if the server says so. */
  folders(): Promise<AccountFolder[]>;
  /** Numbers below are of the folder that was opened last. */
  open(path: string): Promise<{ uidValidity: string }>;
  /** Numbers in rising order, from this one on, of mails that came since. */
  list(range: { from: number; since: number }): Promise<number[]>;
  /** Numbers in rising order, up to this one, of mails since then that name the address among writers or readers; a few more may be among them. */
  search(about: { address: string; upTo: number; since: number }): Promise<number[]>;
  heads(uids: readonly number[]): Promise<MailHead[]>;
  /** The same from the mail's own lines, where the server's account of them makes no sense. */
  headsByLines(uids: readonly number[]): Promise<MailHead[]>;
  /** Null when it is gone, or larger. */
  fetch(uid: number, limit: number): Promise<Uint8Array | null>;
  close(): Promise<void>;
};
