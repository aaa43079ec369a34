/** What segments can ask of the customers' room: profile, consent, engagement, and the facts of orders and complaints. */
import type { Reader } from "../../db/types";
import { listTopics } from "./topics.server";
import { LIFECYCLE_STAGES, TIERS } from "./lifecycle";
import { CHANNELS } from "./schema";
import { recordFields } from "./record-segment-fields";
import { foldForSearch } from "./search";
import { listCountries } from "./search.server";
import { among, choiceField, type CompileContext, fact, fragment, instantField, not, numberField, operator, type Option, type SegmentField } from "./segment-field";
import { RFM_SEGMENTS } from "./value/rfm";

const LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl"] as const;
const MONTHS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"] as const;

const PRIMARY_EMAIL = "FROM contact_points c WHERE c.kind = 'email' AND c.is_primary = true";
/** SQLite would rather read every address than the index of those that count. */
const haveEmail = (_: unknown, ctx: CompileContext) =>
  among(ctx, "c.party_id", ctx.ofAll && ctx.dialect === "sqlite" ? PRIMARY_EMAIL.replace(" c ", " c INDEXED BY contact_points_primary_email ") : PRIMARY_EMAIL);
const CONSENT = "FROM consent_states s WHERE s.topic_id = (SELECT t.id FROM topics t WHERE t.key = ?) AND s.channel = ?";

/** Customers of whom the last word on a topic and channel is `state`; without one, any word. */
const said = (state?: "granted" | "withdrawn" | "pending") => (v: { topic: string; channel: string }, ctx: CompileContext) =>
  among(ctx, "s.party_id", `${CONSENT}${state ? ` AND s.state = '${state}'` : ""}`, v.topic, v.channel);

const topicAndChannel = [
  { kind: "choice", name: "topic", of: "loaded" },
  { kind: "choice", name: "channel", of: CHANNELS },
] as const;

export const segmentFields: SegmentField[] = [
  choiceField({ key: "country", group: "profile", column: "m.country", of: "loaded", nullable: true, loadOptions: countries }),
  choiceField({ key: "locale", group: "profile", column: "m.locale", of: LOCALES }),
  choiceField({ key: "kind", group: "profile", column: "m.kind", of: ["person", "company"] }),
  choiceField({ key: "stage", group: "profile", column: "m.lifecycle_stage", of: LIFECYCLE_STAGES }),
  choiceField({ key: "tier", group: "profile", column: "m.tier", of: TIERS }),
  ...recordFields,
  instantField({ key: "created_at", group: "profile", column: "m.customer_since", nullable: false }),
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
    fact: fact("text", () => fragment(`(SELECT c.value ${PRIMARY_EMAIL} AND c.party_id = m.party_id LIMIT 1)`)),
    operators: [
      operator("known", [], haveEmail),
      operator("unknown", [], (_, ctx) => not(haveEmail(_, ctx))),
    ],
  },
  {
    key: "consent",
    group: "consent",
    fact: fact<{ topic: string; channel: string }>("word", (v) => fragment(`(SELECT s.state ${CONSENT} AND s.party_id = m.party_id)`, v.topic, v.channel)),
    operators: [
      operator("granted", topicAndChannel, said("granted")),
      operator("not_granted", topicAndChannel, (v, ctx) => not(said("granted")(v, ctx))),
      operator("withdrawn", topicAndChannel, said("withdrawn")),
      operator("pending", topicAndChannel, said("pending")),
      operator("never_asked", topicAndChannel, (v, ctx) => not(said()(v, ctx))),
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
  return { values: (await listCountries(db)).map((country) => ({ value: country, label: country })) };
}
