/** The port of a mailbox that is read. The domain knows this file only, as types. */

export type MailboxFault = "unreachable" | "certificate" | "refused" | "no_folder" | "broken";

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
