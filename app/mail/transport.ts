/** The port of everything that hands mail over. The domain knows this file only, as types. */

export type Mailbox = { name: string; address: string };

/** One mail to one recipient, complete but not yet written as MIME. */
export type OutgoingMail = {
  deliveryId: number;
  publicId: string;
  /** RFC 5322 Message-ID without angle brackets: the same at every attempt. */
  messageId: string;
  date: Date;
  from: Mailbox;
  replyTo: Mailbox | null;
  to: Mailbox;
  subject: string;
  html: string;
  text: string;
  /** Headers beside the usual ones, in their order. */
  headers: { name: string; value: string }[];
};

/**
 * Commits that this mail is now being handed over. A transport calls it once, before the first byte that could make
 * the server responsible: with SMTP just before the final dot, with an HTTP provider before the request.
 * False: it must not leave; the transport drops what it has begun and answers `withdrawn`.
 */
export type CommitIntent = () => Promise<boolean>;

export type Outcome =
  /** The server took it, in its own words. */
  | { kind: "accepted"; code: number | null; words: string; providerId: string | null }
  /** The server said no, for good. It has nothing. */
  | { kind: "refused"; code: number; words: string }
  /** The server said: not now; or the connection broke before the intent. It has nothing. */
  | { kind: "deferred"; code: number | null; words: string }
  /** There is no server to talk to (address, certificate, password): nothing to do with this mail, and it has nothing. */
  | { kind: "unreachable"; words: string }
  /** `commitIntent` said no. The server has nothing. */
  | { kind: "withdrawn" }
  /** Nobody can know: it ended between intent and answer. */
  | { kind: "unknown"; words: string };

/** A mail as it was written, for reading again. */
export type KeptMail = { source: string; html: string; text: string };

export type Transport = {
  readonly name: "outbox" | "smtp" | "sendgrid";
  /** How many mails may be under way at once. */
  readonly concurrency: number;
  /** Throws only when the server certainly has nothing. */
  send(mail: OutgoingMail, commitIntent: CommitIntent): Promise<Outcome>;
  /** Reads a mail that this transport keeps itself; null when there is none. */
  readKept?(publicId: string): Promise<KeptMail | null>;
  close(): Promise<void>;
};
