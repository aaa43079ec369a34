import { staffUsers } from "../accounts/schema.ts";
import { parties } from "../customers/schema.ts";
import { bool, bytes, id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";

/** How a mail came here. */
export const DOORS = ["bcc", "forwarded", "file", "mailbox"] as const;
/** Seen from us: a customer wrote it, staff wrote it to them, or they got a copy of what others wrote. */
export const DIRECTIONS = ["in", "out", "copied"] as const;

export type Correspondent = { name: string; address: string };

/** Mails between staff and customers that left and came beside this system, each once. */
export const keptMails = table(
  "kept_mails",
  {
    id: id(),
    publicId: text().notNull().unique(),
    messageId: text(),
    /** Over writer, subject and words: what is retold in another mail has no more to be known by. */
    wordsKey: text().notNull(),
    /** Read out of the text of a mail that forwards it: its time may be some hours off, its files are not there. */
    isRetold: bool().notNull(),
    fromAddress: text(),
    fromName: text(),
    recipients: json<Correspondent[]>().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text(),
    /** When it was written, by its own date. */
    at: instant().notNull(),
    keptAt: instant().notNull(),
    /** How many files were too many or too large to keep. */
    filesLeftOut: int().notNull(),
    /** Taken off the record: nothing of it is here any more, and it does not come back. */
    removedAt: instant(),
  },
  (t) => [index("kept_mails_words").on(t.wordsKey, t.at)],
);

/** By what a mail is known again (keys.ts), hashed. */
export const keptMailKeys = table(
  "kept_mail_keys",
  { key: text().primaryKey(), mailId: int().notNull().references(() => keptMails.id) },
  (t) => [index("kept_mail_keys_mail").on(t.mailId)],
);

/** On whose timelines it stands. A mail that stands on none waits for a person to say. */
export const keptMailParties = table(
  "kept_mail_parties",
  {
    mailId: int().notNull().references(() => keptMails.id),
    partyId: int().notNull().references(() => parties.id),
    direction: oneOf([...DIRECTIONS]).notNull(),
  },
  (t) => [primaryKey({ columns: [t.mailId, t.partyId] }), index("kept_mail_parties_party").on(t.partyId)],
);

/** Whose mail it is among staff: each may take it off the record. */
export const keptMailStaff = table(
  "kept_mail_staff",
  {
    mailId: int().notNull().references(() => keptMails.id),
    staffId: int().notNull().references(() => staffUsers.id),
    door: oneOf([...DOORS]).notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mailId, t.staffId] }), index("kept_mail_staff_of").on(t.staffId, t.mailId)],
);

export const keptMailFiles = table(
  "kept_mail_files",
  {
    id: id(),
    publicId: text().notNull().unique(),
    mailId: int().notNull().references(() => keptMails.id),
    filename: text().notNull(),
    contentType: text().notNull(),
    size: int().notNull(),
    bytes: bytes().notNull(),
  },
  (t) => [index("kept_mail_files_mail").on(t.mailId)],
);

/** The secret in the address that a staff member puts in Bcc. */
export const logAddresses = table("log_addresses", {
  staffId: int().primaryKey().references(() => staffUsers.id),
  token: text().notNull().unique(),
  createdAt: instant().notNull(),
});

/** A staff member's own mailbox, read for mails with customers. */
export const staffMailboxes = table("staff_mailboxes", {
  staffId: int().primaryKey().references(() => staffUsers.id),
  host: text().notNull(),
  port: int().notNull(),
  secure: bool().notNull(),
  username: text().notNull(),
  /** Sealed with a key of SECRET_KEY, base64; deleted when it is disconnected. */
  sealedPassword: text().notNull(),
  /** Older mails are not looked at. */
  since: instant().notNull(),
  connectedAt: instant().notNull(),
  /** Contact points up to this one have been asked for. */
  askedUpTo: int().notNull().default(0),
  readAt: instant(),
  /** By name (MailboxFault), with what the server said. */
  fault: text(),
  words: text(),
  failures: int().notNull().default(0),
  nextTryAt: instant(),
  /** It failed too often: nothing is tried before its owner says so. */
  pausedAt: instant(),
  leaseOwner: text(),
  leaseUntil: instant(),
});

/** How far each folder has been looked at. */
export const staffMailboxFolders = table(
  "staff_mailbox_folders",
  {
    staffId: int().notNull().references(() => staffUsers.id),
    path: text().notNull(),
    isSent: bool().notNull(),
    uidValidity: text(),
    lastUid: int().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.staffId, t.path] })],
);

/** Mails of a folder that could not be kept: tried a few times, then set aside. Whom they are from or to does not stand here. */
export const staffMailboxAsides = table(
  "staff_mailbox_asides",
  {
    staffId: int().notNull().references(() => staffUsers.id),
    path: text().notNull(),
    uidValidity: text().notNull(),
    uid: int().notNull(),
    tries: int().notNull(),
    /** By name (AsideReason), with what was said. */
    reason: text().notNull(),
    words: text(),
    /** When the mail was written, and how large it is, where the server says so. */
    writtenAt: instant(),
    size: int(),
  },
  (t) => [primaryKey({ columns: [t.staffId, t.path, t.uidValidity, t.uid] })],
);
