/** What the pages of one case share on the server: its loader, and how a verb's refusal is answered. */
import type { SubmissionResult } from "@conform-to/react";
import { data, redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { v7 } from "uuid";

import { listCampaignRefs } from "~/domain/campaigns/campaign-refs.server";
import { listPendingStaffPhotos } from "~/domain/cases/attachments.server";
import { isAcceptedBySilence, nextStep, possibleDecisions, VERBS } from "~/domain/cases/case";
import { findDeskCase, listDeskStaff, listThread, readCustomerBeside, type DeskCase } from "~/domain/cases/desk.server";
import { findDraft, type DraftKey } from "~/domain/cases/drafts.server";
import { photoIdsOf } from "~/domain/cases/pending-photos.server";
import { reasonOf } from "~/domain/cases/queue";
import { getCompany } from "~/domain/company/company.server";
import { found, requireStaff } from "~/http/require";
import { HANG_UP } from "~/http/uploads.server";

export const COMPOSERS = ["reply", "note", "decide"] as const;
export type Composer = (typeof COMPOSERS)[number];

export async function loadCase({ request, params, context }: LoaderFunctionArgs) {
  const staff = requireStaff(context);
  const { db, clock } = context.app;
  const now = clock();
  const { campaignId, ...about } = found(await findDeskCase(db.read, params.id ?? ""));
  const { timeZone } = await getCompany(db.read);
  const asked = new URL(request.url).searchParams.get("compose");
  const may = Object.fromEntries(VERBS.map((verb) => [verb, nextStep(about, verb).ok])) as Record<(typeof VERBS)[number], boolean>;
  return {
    about,
    campaign: await readCampaign(),
    may,
    reason: reasonOf(about, now, timeZone),
    acceptedByLaw: isAcceptedBySilence(about, now),
    decisions: possibleDecisions(about, now),
    thread: (await listThread(db.read, about.id)).map(({ id: _id, ...entry }) => entry),
    beside: await readCustomerBeside(db.read, about.partyId, about.id, now),
    team: await listDeskStaff(db.read),
    me: staff.id,
    compose: COMPOSERS.find((one) => one === asked) ?? null,
    drafts: {
      reply: await readDraft("reply"),
      note: await readDraft("note"),
      decide: await readDraft("decision"),
    },
  };

  /** The campaign that the case answers; who may not read campaigns gets its name alone. */
  async function readCampaign(): Promise<{ name: string; to: string | null } | null> {
    const campaign = campaignId === null ? undefined : (await listCampaignRefs(db.read, [campaignId])).get(campaignId);
    return campaign ? { name: campaign.name, to: staff.role === "support" ? null : `/staff/campaigns/${campaign.publicId}` } : null;
  }

  async function readDraft(kind: "reply" | "note" | "decision") {
    const kept = await findDraft(db.read, staff, `${kind}:${about.publicId}`);
    const text = (name: string) => (typeof kept?.[name] === "string" ? (kept[name] as string) : undefined);
    const photos = await listPendingStaffPhotos(db.read, about.id, photoIdsOf(kept));
    return {
      message: text("message"),
      waitForCustomer: text("waitForCustomer"),
      decision: text("decision"),
      grantedRemedy: text("grantedRemedy"),
      submissionKey: v7(),
      photos: photos.map(({ publicId, filename }) => ({ publicId, filename })),
    };
  }
}

export type CaseData = Awaited<ReturnType<typeof loadCase>>;

export type CaseAnswer = {
  composer: Composer | null;
  result: SubmissionResult<string[]> | null;
  photoError?: string | undefined;
  /** Why the verb was not carried out, as a key of `desk.refused`. */
  refused?: string;
};

/** Refused: the page as it stands now, with what was typed and why. A change against an older version is a conflict. */
export function refused(answer: CaseAnswer, status = 409) {
  return data(answer, { status, ...(status === 413 && { headers: HANG_UP }) });
}

/** After a verb: back to the case, with the view that the queue had. */
export function backToCase(request: Request, about: Pick<DeskCase, "publicId">, more: Record<string, string> = {}) {
  const view = new URL(request.url).searchParams.get("view");
  const query = new URLSearchParams({ ...(view && { view }), ...more }).toString();
  return redirect(`/staff/desk/${about.publicId}${query && `?${query}`}`, 303);
}

export function draftKeyOf(composer: Composer, publicId: string): DraftKey {
  return `${composer === "decide" ? "decision" : composer}:${publicId}`;
}
