/**
 * The port of everything that hands mail over. The domain knows this file only, as types. A transport pulls: each of its
 * connections takes the next mail from the line when it is free, asks for leave, and says what became of it.
 */
export type Mailbox = { name: string; address: string };

/** One mail to one recipient, complete but not yet written as MIME. */
export type OutgoingMail = {
  from: Mailbox;
  replyTo: Mailbox | null;
  subject: string;
  html: string;
  text: string;
  /** Headers beside the usual ones, in their order. */
  headers: { name: string; value: string }[];
};

/** A text with numbered places to be filled in: parts[0] values[slots[0]] parts[1] … One part more than slots. */
export type Slotted = { parts: readonly string[]; slots: readonly number[] };

/** A frozen mailing in one language, compiled once: what is the same for all, and the places that are not. */
export type MailTemplate = {
  /** Two templates with the same key are the same object. */
  key: string;
  from: Mailbox;
  replyTo: Mailbox | null;
  subject: Slotted;
  /** Places in it hold plain text: it is escaped when it is filled in. */
  html: Slotted;
  text: Slotted;
  headers: { name: string; value: Slotted }[];
};

/** One mail on its way out. */
export type Parcel = {
  deliveryId: number;
  publicId: string;
  /** RFC 5322 Message-ID without angle brackets: the same at every attempt. */
  messageId: string;
  /** RFC 5321 reverse-path, where returned mail goes. */
  returnPath: string;
  to: Mailbox;
  date: Date;
} & (
  | { kind: "single"; mail: OutgoingMail }
  /** `values` are this recipient's, as they were typed or kept. */
  | { kind: "merged"; template: MailTemplate; values: readonly string[] }
);

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

/** Where a transport takes its mails from. */
export type Line = {
  /** The next mail; null when there is none now: `wake` is called when there is. */
  next(): Parcel | null;
  /**
   * Commits that this mail is now being handed over. Asked once per mail, before the first byte that could make the
   * server responsible. False: it must not leave; what has begun is dropped, and nothing is said of it any more.
   */
  commitIntent(parcel: Parcel): Promise<boolean>;
  /** What became of it: once per mail that `next` gave, unless leave was refused. */
  end(parcel: Parcel, outcome: Exclude<Outcome, { kind: "withdrawn" }>): void;
  /** It was not begun: the next who asks shall have it. An intent that was given stays given. */
  putBack(parcel: Parcel): void;
};

export type Outlet = {
  /** There is something in the line again. */
  wake(): void;
  /** Takes nothing more, brings what is under way to its end (bounded by the deadlines) and closes. */
  close(): Promise<void>;
};

/** A mail as it was written, for reading again. */
export type KeptMail = { source: string; html: string; text: string };

export type Transport = {
  readonly name: "outbox" | "smtp" | "sendgrid";
  /** How many mails may be under way at once. */
  readonly concurrency: number;
  start(line: Line): Outlet;
  /** Reads a mail that this transport keeps itself; null when there is none. */
  readKept?(publicId: string): Promise<KeptMail | null>;
  /** Removes it: its reader was erased. */
  forgetKept?(publicId: string): Promise<void>;
};
