/**
 * Every column that says whose a row is, and what becomes of it when two records become one. A test goes through the
 * schema and fails for a column that is not here. In the SQL, `$survivor` is the record that stays.
 */
export type Holder = { table: string; column: string } & (
  | {
      /** The row goes to the survivor; undo gives it back by this key. */
      moves: string;
      /** Rows of other things in the same table. */
      where?: string;
      /** Rows that cannot go, because the survivor has one like it: they stay, and count for nothing. */
      unless?: string;
    }
  | { stays: string }
);

export const HOLDERS: readonly Holder[] = [
  { table: "contact_points", column: "party_id", moves: "id", unless: "EXISTS (SELECT 1 FROM contact_points o WHERE o.party_id = $survivor AND o.kind = contact_points.kind AND o.normalized_value = contact_points.normalized_value)" },
  { table: "consents", column: "party_id", moves: "id" },
  // Links that were mailed go with the login that they open; who has a login already keeps it, and both lead to the survivor.
  { table: "login_tokens", column: "subject_id", moves: "id", where: "audience = 'customer'", unless: "EXISTS (SELECT 1 FROM customer_logins o WHERE o.party_id = $survivor)" },
  { table: "customer_logins", column: "party_id", moves: "id", unless: "EXISTS (SELECT 1 FROM customer_logins o WHERE o.party_id = $survivor)" },
  { table: "drafts", column: "owner_id", moves: "key", where: "owner_kind = 'customer'", unless: "EXISTS (SELECT 1 FROM drafts o WHERE o.owner_kind = 'customer' AND o.owner_id = $survivor AND o.key = drafts.key)" },
  { table: "orders", column: "party_id", moves: "id" },
  { table: "invoices", column: "party_id", moves: "id" },
  { table: "payments", column: "party_id", moves: "id" },
  { table: "cases", column: "party_id", moves: "id" },
  { table: "interactions", column: "party_id", moves: "id" },
  { table: "attachments", column: "party_id", moves: "id" },
  { table: "inbound_mails", column: "party_id", moves: "id" },
  { table: "kept_mail_parties", column: "party_id", moves: "mail_id", unless: "EXISTS (SELECT 1 FROM kept_mail_parties o WHERE o.party_id = $survivor AND o.mail_id = kept_mail_parties.mail_id)" },
  { table: "deliveries", column: "party_id", moves: "id" },
  { table: "designs", column: "party_id", moves: "id" },
  // Which segments and stages a record was in is the record's own, as `segment_members` is.
  { table: "events", column: "party_id", moves: "id", where: "kind NOT IN ('segment_entered', 'segment_left', 'stage_changed')" },
  { table: "party_tags", column: "party_id", moves: "tag_id", unless: "EXISTS (SELECT 1 FROM party_tags o WHERE o.party_id = $survivor AND o.tag_id = party_tags.tag_id)" },
  { table: "notes", column: "party_id", moves: "id" },
  { table: "custom_values", column: "party_id", moves: "field_id", unless: "EXISTS (SELECT 1 FROM custom_values o WHERE o.party_id = $survivor AND o.field_id = custom_values.field_id)" },
  { table: "fact_log", column: "party_id", moves: "id" },
  { table: "parties", column: "parent_id", moves: "id", where: "id <> $survivor" },
  // Records that were merged into this one before: their pages lead on to the survivor.
  { table: "parties", column: "merged_into_id", moves: "id" },
  { table: "consent_states", column: "party_id", stays: "what counts for the survivor follows from both (consents.ts)" },
  { table: "customer_metrics", column: "party_id", stays: "counted again for both" },
  { table: "customer_habits", column: "party_id", stays: "found anew for both with the next report" },
  { table: "worth_days", column: "party_id", stays: "figures of a record that stood alone then" },
  { table: "stop_log", column: "party_id", stays: "a log: senders have read it" },
  { table: "segment_members", column: "party_id", stays: "which record was in a segment on which day; fixed lists follow (lists.server.ts)" },
  { table: "party_terms", column: "party_id", stays: "written anew for both" },
  { table: "name_keys", column: "party_id", stays: "keys to find doubles by; who is merged is no longer found" },
  { table: "doubles", column: "party_id", stays: "the pair itself" },
  { table: "doubles", column: "other_id", stays: "the pair itself" },
  { table: "merges", column: "survivor_id", stays: "the history of merges" },
  { table: "merges", column: "merged_id", stays: "the history of merges" },
];
