/**
 * Every table that holds something about a person. `of` says which rows are theirs; `erase` what becomes of them. In both
 * `$ids` are the parties (the person and records merged into theirs), `$emails` and `$hashes` their addresses, normalised
 * and as keyed hashes, `$at` the instant. In this order: rows go before those that they point at.
 */
export type Holding = {
  table: string;
  of: string;
  /** Columns that nobody is given: secrets, and what is only our own index of the rest. */
  omit?: readonly string[];
  /** `delete`; what is set; or null where nothing in it says who the person is. */
  erase: "delete" | { set: string; where?: string } | null;
};

const PARTY = "party_id IN ($ids)";
const MAILS = `(party_id IN ($ids) OR (party_id IS NULL AND address_hash IN ($hashes)))`;
const OF_MAILS = `delivery_id IN (SELECT id FROM deliveries WHERE ${MAILS})`;
const KEPT = "SELECT mail_id FROM kept_mail_parties WHERE party_id IN ($ids)";
const OF_KEPT = `mail_id IN (${KEPT})`;
const LETTERS = `(party_id IN ($ids) OR lower(from_address) IN ($emails) OR ${OF_MAILS} OR kept_mail_id IN (${KEPT}))`;
const OF_ORDERS = `order_id IN (SELECT id FROM orders WHERE ${PARTY})`;
const OF_CASES = `case_id IN (SELECT id FROM cases WHERE ${PARTY})`;
const OF_LOGINS = `user_id IN (SELECT id FROM customer_logins WHERE ${PARTY})`;

export const HOLDINGS: readonly Holding[] = [
  { table: "customer_sessions", of: OF_LOGINS, omit: ["id"], erase: "delete" },
  { table: "login_tokens", of: "audience = 'customer' AND subject_id IN ($ids)", omit: ["token_hash", "code_hash"], erase: "delete" },
  { table: "customer_logins", of: PARTY, omit: ["password_hash"], erase: "delete" },
  { table: "sign_ups", of: "normalized_email IN ($emails)", omit: ["token_hash"], erase: "delete" },
  {
    table: "drafts",
    of: `(owner_kind = 'customer' AND owner_id IN ($ids)) OR (owner_kind = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.party_id IN ($ids) AND drafts.key LIKE '%:' || c.public_id))`,
    erase: "delete",
  },
  { table: "attachments", of: `${PARTY} OR inbound_mail_id IN (SELECT id FROM inbound_mails WHERE ${LETTERS})`, erase: "delete" },
  {
    table: "interactions",
    of: PARTY,
    erase: { set: `body = '', outcome = NULL, submission_key = NULL, message_id = NULL, in_reply_to = NULL, "references" = NULL` },
  },
  { table: "case_lines", of: OF_CASES, erase: null },
  {
    table: "cases",
    of: PARTY,
    erase: { set: "subject = '', root_cause = NULL, status = 'closed', closed_at = coalesce(closed_at, $at), version = version + 1", where: "(subject <> '' OR root_cause IS NOT NULL OR status <> 'closed')" },
  },
  { table: "shipments", of: OF_ORDERS, erase: { set: "tracking_number = ''" } },
  { table: "order_lines", of: OF_ORDERS, erase: { set: "selection = NULL, design_id = NULL" } },
  { table: "designs", of: PARTY, omit: ["share_token"], erase: "delete" },
  { table: "payments", of: PARTY, erase: { set: "reference = NULL, submission_key = NULL" } },
  { table: "invoices", of: PARTY, erase: null },
  { table: "orders", of: PARTY, omit: ["submission_key"], erase: { set: "delivery_address = NULL, submission_key = NULL" } },
  { table: "provider_events", of: OF_MAILS, erase: { set: "payload = '{}'" } },
  { table: "tracking_hits", of: OF_MAILS, erase: { set: "user_agent = '', remote_address = NULL" } },
  { table: "handovers", of: OF_MAILS, erase: { set: "words = NULL" } },
  {
    table: "inbound_mails",
    of: LETTERS,
    erase: { set: "from_address = NULL, from_name = NULL, subject = '', text = '', files = '[]', message_id = NULL" },
  },
  // A mail to several customers goes with any of them: nobody can say which of its words are about whom.
  { table: "kept_mail_files", of: OF_KEPT, erase: "delete" },
  { table: "kept_mail_keys", of: OF_KEPT, omit: ["key"], erase: "delete" },
  { table: "kept_mail_staff", of: OF_KEPT, erase: null },
  {
    table: "kept_mails",
    of: `(id IN (${KEPT}) OR lower(from_address) IN ($emails))`,
    omit: ["words_key"],
    erase: { set: "message_id = NULL, words_key = '', from_address = NULL, from_name = NULL, recipients = '[]', subject = '', text = '', html = NULL, removed_at = coalesce(removed_at, $at)" },
  },
  { table: "kept_mail_parties", of: PARTY, erase: "delete" },
  {
    table: "deliveries",
    of: MAILS,
    omit: ["address_hash"],
    erase: {
      set:
        "address = '', recipient_name = NULL, merge_values = NULL, notice = NULL, subject = NULL, words = NULL, " +
        "reason = CASE WHEN state IN ('planned', 'queued') THEN 'erased' ELSE reason END, " +
        "finished_at = CASE WHEN state IN ('planned', 'queued') THEN $at ELSE finished_at END, " +
        "state = CASE WHEN state IN ('planned', 'queued') THEN 'withheld' ELSE state END",
    },
  },
  { table: "consent_states", of: PARTY, erase: "delete" },
  {
    table: "consents",
    of: PARTY,
    // Words of our own forms say nothing of the person; what staff typed may.
    erase: { set: "remote_address = NULL, wording = CASE WHEN source IN ('form', 'portal', 'preference_page', 'one_click', 'unsubscribe_page', 'checkout') THEN wording END" },
  },
  { table: "segment_members", of: PARTY, erase: "delete" },
  { table: "worth_days", of: PARTY, erase: "delete" },
  { table: "customer_habits", of: PARTY, erase: "delete" },
  { table: "customer_metrics", of: PARTY, erase: { set: "open_complaints = 0" } },
  // Of a click the link stays: reports count by it (`emptyClicks`).
  { table: "events", of: PARTY, erase: { set: "data = '{}'", where: "kind <> 'mail_clicked'" } },
  { table: "party_terms", of: PARTY, omit: ["rank", "term"], erase: "delete" },
  { table: "party_tags", of: PARTY, erase: "delete" },
  { table: "notes", of: PARTY, erase: "delete" },
  { table: "custom_values", of: PARTY, erase: "delete" },
  { table: "fact_log", of: PARTY, erase: "delete" },
  { table: "name_keys", of: PARTY, omit: ["key"], erase: "delete" },
  { table: "doubles", of: `${PARTY} OR other_id IN ($ids)`, erase: "delete" },
  // That two records were made one stays; what stood in them goes, and with it the way back.
  { table: "merges", of: "survivor_id IN ($ids) OR merged_id IN ($ids)", erase: { set: "before = '{}'" } },
  { table: "contact_points", of: PARTY, erase: "delete" },
  { table: "suppressions", of: "address_hash IN ($hashes)", omit: ["address_hash"], erase: { set: "address = NULL" } },
  { table: "stop_log", of: `${PARTY} OR address_hash IN ($hashes)`, omit: ["address_hash"], erase: null },
  {
    table: "audit_log",
    of:
      `(subject_type = 'party' AND subject_id IN ($ids)) OR (actor_kind = 'customer' AND actor_id IN ($ids)) ` +
      `OR (subject_type = 'case' AND subject_id IN (SELECT id FROM cases WHERE ${PARTY}))`,
    omit: ["actor_name"],
    erase: { set: "details = '{}', actor_name = CASE WHEN actor_kind = 'customer' THEN NULL ELSE actor_name END", where: "command <> 'erasePerson'" },
  },
  {
    table: "parties",
    of: "id IN ($ids)",
    omit: ["search_text"],
    erase: {
      set: "name = '–', given_name = NULL, family_name = NULL, number = NULL, search_text = '', birthday = NULL, parent_id = NULL, marketing_paused_until = NULL, source = 'erased', updated_at = $at",
    },
  },
];

export type About = { ids: readonly number[]; emails: readonly string[]; hashes: readonly string[]; at: number };

/** Puts the values in: `$ids` and the like become placeholders. An empty list matches nothing. */
export function filled(sql: string, about: About): { text: string; params: (string | number)[] } {
  const params: (string | number)[] = [];
  const text = sql.replace(/\$(ids|emails|hashes|at)\b/g, (_, name: keyof About) => {
    const value = about[name];
    if (typeof value === "number") return String(value);
    if (value.length === 0) return "NULL";
    params.push(...value);
    return value.map(() => "?").join(", ");
  });
  return { text, params };
}
