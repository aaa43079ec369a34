/** What segments can ask of campaigns: who got this one, opened it, clicked in it. */
import { desc, isNotNull } from "drizzle-orm";

import { fact, fragment, operator, type SegmentField } from "../customers/segment-field";
import { campaigns } from "./schema";

/** More would make the page heavy; the newest are what people ask about. */
const MOST_PROPOSALS = 400;

const campaign = { kind: "choice", name: "campaign", of: "loaded" } as const;

/** By the index on campaign, kind and customer. */
const did = (kind: "mail_accepted" | "mail_opened" | "mail_clicked") =>
  `EXISTS (SELECT 1 FROM events e WHERE e.campaign_id = (SELECT k.id FROM campaigns k WHERE k.public_id = ?) AND e.kind = '${kind}' AND e.party_id = p.id)`;
const [GOT, OPENED, CLICKED] = [did("mail_accepted"), did("mail_opened"), did("mail_clicked")];

export const segmentFields: SegmentField[] = [
  {
    key: "campaign",
    group: "engagement",
    operators: [
      operator("got", [campaign], (v) => fragment(GOT, v.campaign)),
      operator("not_got", [campaign], (v) => fragment(`NOT ${GOT}`, v.campaign)),
      operator("opened", [campaign], (v) => fragment(OPENED, v.campaign)),
      operator("not_opened", [campaign], (v) => fragment(`NOT ${OPENED}`, v.campaign)),
      operator("clicked", [campaign], (v) => fragment(CLICKED, v.campaign)),
      operator("not_clicked", [campaign], (v) => fragment(`NOT ${CLICKED}`, v.campaign)),
    ],
    fact: fact<{ campaign: string }>("word", (v) =>
      fragment(`CASE WHEN ${CLICKED} THEN 'clicked' WHEN ${OPENED} THEN 'opened' WHEN ${GOT} THEN 'got' END`, v.campaign, v.campaign, v.campaign),
    ),
    loadOptions: async (db) => ({
      campaign: await db
        .select({ value: campaigns.publicId, label: campaigns.name })
        .from(campaigns)
        .where(isNotNull(campaigns.launchedAt))
        .orderBy(desc(campaigns.launchedAt), desc(campaigns.id))
        .limit(MOST_PROPOSALS),
    }),
  },
];
