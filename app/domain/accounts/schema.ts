import { parties } from "../customers/schema.ts";
import { id, index, instant, int, json, oneOf, table, text } from "../../db/columns.ts";

export const STAFF_ROLES = ["administrator", "marketer", "support", "manager"] as const;

export const staffUsers = table("staff_users", {
  id: id(),
  publicId: text().notNull().unique(),
  email: text().notNull().unique(),
  name: text().notNull(),
  role: oneOf([...STAFF_ROLES]).notNull(),
  /** Argon2id; null until the invited person has chosen one. */
  passwordHash: text(),
  locale: text().notNull().default("en"),
  createdAt: instant().notNull(),
  disabledAt: instant(),
});

/** The key is the SHA-256 of the session id; the id itself lives only in the cookie. */
export const staffSessions = table(
  "staff_sessions",
  {
    id: text().primaryKey(),
    userId: int().notNull().references(() => staffUsers.id),
    expiresAt: instant().notNull(),
    createdAt: instant().notNull(),
    userAgent: text(),
  },
  (t) => [index("staff_sessions_user").on(t.userId)],
);

export const customerLogins = table("customer_logins", {
  id: id(),
  partyId: int().notNull().unique().references(() => parties.id),
  email: text().notNull().unique(),
  passwordHash: text(),
  createdAt: instant().notNull(),
  disabledAt: instant(),
});

export const customerSessions = table(
  "customer_sessions",
  {
    id: text().primaryKey(),
    userId: int().notNull().references(() => customerLogins.id),
    expiresAt: instant().notNull(),
    createdAt: instant().notNull(),
    userAgent: text(),
  },
  (t) => [index("customer_sessions_user").on(t.userId)],
);

/** Single-use secrets that go out by mail or on the console; only their SHA-256 is kept. */
export const loginTokens = table(
  "login_tokens",
  {
    id: id(),
    purpose: oneOf(["password_reset", "login_link", "first_administrator", "invitation", "verify_email"]).notNull(),
    audience: oneOf(["staff", "customer"]).notNull(),
    subjectId: int(),
    tokenHash: text().notNull().unique(),
    /** The short code beside the link; counted by `codeAttempts`. */
    codeHash: text(),
    codeAttempts: int().notNull().default(0),
    /** verify_email: the address that the link was sent to. */
    newEmail: text(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index("login_tokens_subject").on(t.audience, t.subjectId, t.purpose)],
);

/** Counters of refused logins and the like, by account and by address; they survive a restart. */
export const rateLimits = table(
  "rate_limits",
  { key: text().primaryKey(), points: int().notNull(), expiresAt: instant().notNull() },
  (t) => [index("rate_limits_expires").on(t.expiresAt)],
);

/**
 * Who asked on the public form to hear from us and has not yet followed the link that was mailed. Confirmed, the row goes and
 * both steps stand in the log of consents; until then nobody has become a customer.
 */
export const signUps = table(
  "sign_ups",
  {
    id: id(),
    /** SHA-256 of the token in the mailed link. */
    tokenHash: text().notNull().unique(),
    email: text().notNull(),
    normalizedEmail: text().notNull(),
    name: text(),
    locale: text().notNull(),
    topicIds: json<number[]>().notNull(),
    wordingVersion: text().notNull(),
    /** The words above the button. */
    wording: text().notNull(),
    remoteAddress: text().notNull(),
    askedAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [index("sign_ups_email").on(t.normalizedEmail), index("sign_ups_expires").on(t.expiresAt)],
);
