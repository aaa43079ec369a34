/** What segments can ask of the customers' room: profile, consent, engagement, and the facts of orders and complaints. */
import { asc, isNotNull } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { listTopics } from "./topics.server";
import { LIFECYCLE_STAGES, TIERS } from "./lifecycle";
import { CHANNELS, parties } from "./schema";
import { foldForSearch } from "./search";
import { choiceField, fact, fragment, instantField, numberField, operator, type Option, type SegmentField } from "./segment-field";
import { RFM_SEGMENTS } from "./value/rfm";

const LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl"] as const;
const MONTHS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"] as const;

const PRIMARY_EMAIL = "FROM contact_points c WHERE c.party_id = p.id AND c.kind = 'email' AND c.is_primary = true";
const CONSENT = "FROM consent_states s JOIN topics t ON t.id = s.topic_id WHERE s.party_id = p.id AND t.key = ? AND s.channel = ?";

const topicAndChannel = [
  { kind: "choice", name: "topic", of: "loaded" },
  { kind: "choice", name: "channel", of: CHANNELS },
] as const;

export const segmentFields: SegmentField[] = [
  choiceField({ key: "country", group: "profile", column: "p.country", of: "loaded", nullable: true, loadOptions: countries }),
  choiceField({ key: "locale", group: "profile", column: "p.locale", of: LOCALES }),
  choiceField({ key: "kind", group: "profile", column: "p.kind", of: ["person", "company"] }),
  choiceField({ key: "stage", group: "profile", column: "p.lifecycle_stage", of: LIFECYCLE_STAGES }),
  choiceField({ key: "tier", group: "profile", column: "p.tier", of: TIERS }),
  instantField({ key: "created_at", group: "profile", column: "p.created_at", nullable: false }),
  choiceField({ key: "birthday_month", group: "profile", column: "substr(p.birthday, 6, 2)", of: MONTHS, nullable: true }),
  {
    key: "name",
    group: "profile",
    fact: fact("text", () => fragment("p.search_text")),
    operators: [
      operator("contains", [{ kind: "text", name: "text", maxLength: 100 }], ({ text }) =>
        fragment("p.search_text LIKE ? ESCAPE '\\'", `%${foldForSearch(text).replace(/[\\%_]/g, "\\$&")}%`),
      ),
    ],
  },
  {
    key: "email",
    group: "profile",
    fact: fact("text", () => fragment(`(SELECT c.value ${PRIMARY_EMAIL} LIMIT 1)`)),
    operators: [
      operator("known", [], () => fragment(`EXISTS (SELECT 1 ${PRIMARY_EMAIL})`)),
      operator("unknown", [], () => fragment(`NOT EXISTS (SELECT 1 ${PRIMARY_EMAIL})`)),
    ],
  },
  {
    key: "consent",
    group: "consent",
    fact: fact<{ topic: string; channel: string }>("word", (v) => fragment(`(SELECT s.state ${CONSENT})`, v.topic, v.channel)),
    operators: [
      operator("granted", topicAndChannel, (v) => fragment(`EXISTS (SELECT 1 ${CONSENT} AND s.state = 'granted')`, v.topic, v.channel)),
      operator("not_granted", topicAndChannel, (v) => fragment(`NOT EXISTS (SELECT 1 ${CONSENT} AND s.state = 'granted')`, v.topic, v.channel)),
      operator("withdrawn", topicAndChannel, (v) => fragment(`EXISTS (SELECT 1 ${CONSENT} AND s.state = 'withdrawn')`, v.topic, v.channel)),
      operator("pending", topicAndChannel, (v) => fragment(`EXISTS (SELECT 1 ${CONSENT} AND s.state = 'pending')`, v.topic, v.channel)),
      operator("never_asked", topicAndChannel, (v) => fragment(`NOT EXISTS (SELECT 1 ${CONSENT})`, v.topic, v.channel)),
    ],
    loadOptions: async (db, locale) => ({
      topic: (await listTopics(db, locale)).map((topic): Option => ({ value: topic.key, label: topic.name })),
    }),
  },
  {
    key: "marketing_paused",
    group: "consent",
    fact: fact("instant", () => fragment("p.marketing_paused_until")),
    operators: [
      operator("yes", [], (_, { now }) => fragment("p.marketing_paused_until > ?", now)),
      operator("no", [], (_, { now }) => fragment("(p.marketing_paused_until IS NULL OR p.marketing_paused_until <= ?)", now)),
    ],
  },
  instantField({ key: "last_opened_at", group: "engagement", column: "m.last_opened_at", nullable: true }),
  instantField({ key: "last_clicked_at", group: "engagement", column: "m.last_clicked_at", nullable: true }),
  instantField({ key: "last_mailed_at", group: "engagement", column: "m.last_mailed_at", nullable: true }),
  numberField({ key: "mails_accepted", group: "engagement", column: "m.mails_accepted" }),
  numberField({ key: "mails_opened", group: "engagement", column: "m.mails_opened" }),
  numberField({ key: "mails_clicked", group: "engagement", column: "m.mails_clicked" }),
  numberField({ key: "orders_count", group: "orders", column: "m.orders_count" }),
  numberField({ key: "spend", group: "orders", column: "m.spend_minor", kind: "money" }),
  instantField({ key: "first_order_at", group: "orders", column: "m.first_order_at", nullable: true }),
  instantField({ key: "last_order_at", group: "orders", column: "m.last_order_at", nullable: true }),
  choiceField({ key: "rfm_segment", group: "value", column: "m.rfm_segment", of: RFM_SEGMENTS, nullable: true }),
  numberField({ key: "recency_score", group: "value", column: "m.recency_score" }),
  numberField({ key: "frequency_score", group: "value", column: "m.frequency_score" }),
  numberField({ key: "monetary_score", group: "value", column: "m.monetary_score" }),
  numberField({ key: "value_12m", group: "value", column: "m.value_minor", kind: "money" }),
  numberField({ key: "expected_orders_12m", group: "value", column: "m.expected_orders" }),
  numberField({ key: "p_alive_percent", group: "value", column: "m.p_alive * 100" }),
  numberField({ key: "open_complaints", group: "complaints", column: "m.open_complaints" }),
  numberField({ key: "complaints_count", group: "complaints", column: "m.complaints_count" }),
];

/** The countries that occur. The label is the code: the page puts the country's name in the reader's language. */
async function countries(db: Reader): Promise<Record<string, Option[]>> {
  const rows = await db
    .selectDistinct({ country: parties.country })
    .from(parties)
    .where(isNotNull(parties.country))
    .orderBy(asc(parties.country));
  return { values: rows.flatMap(({ country }) => (country ? [{ value: country, label: country }] : [])) };
}
