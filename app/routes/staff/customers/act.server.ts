/** What staff do on a customer's page, each by a form of its own; `intent` says which. */
import type { SubmissionResult } from "@conform-to/react";
import { type AppLoadContext, data } from "@remix-run/node";
import { v4 } from "uuid";

import { contactFormSchema } from "~/domain/cases/contact-form";
import { logContact } from "~/domain/cases/contacts.server";
import { dayIn, startOfDay } from "~/domain/company/calendar";
import { noteSchema, tagSchema } from "~/domain/customers/custom-field";
import { setCustomValue } from "~/domain/customers/custom-fields.server";
import { recordConsent } from "~/domain/customers/consents.server";
import type { Party } from "~/domain/customers/customers.server";
import { removeNote, writeNote } from "~/domain/customers/notes.server";
import { consentFormSchema } from "~/domain/customers/party";
import { addTag, removeTag } from "~/domain/customers/tags.server";
import { findSegment } from "~/domain/segments/segments.server";
import { listTopics } from "~/domain/customers/topics.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, requireStaff } from "~/http/require";
import { changeList } from "../segments/on-list.server";
import { mayChangeLists } from "./read-customer.server";

type Asked = { context: AppLoadContext; party: Party; form: FormData; /** The page with its query. */ back: string };

/** A form was sent twice: what it said is written once. */
export const newSubmissionKey = () => v4();

type Answer = { result: SubmissionResult<string[]> | null; /** A value that cannot be one, as it was typed. */ refusedFact?: { key: string; typed: string }; savedAt?: number };
type Acted = Promise<Response | { data: Answer; init: ResponseInit | null }>;

/** Leads on, or answers with what is wrong. */
export async function act(intent: string, asked: Asked): Acted {
  return (ACTS[intent] ?? recordSaid)(asked);
}

const ACTS: Record<string, (asked: Asked) => Acted> = { tag, untag, note, unnote, contact, fact, list: onList, unlist: onList };

async function tag({ context, party, form, back }: Asked) {
  const submission = parseForm(form, tagSchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => addTag(tx, by(context), party.id, submission.value.name));
  return redirectSaying(context.app, back, { key: "record.said.tagged" });
}

async function untag({ context, party, form, back }: Asked) {
  const gone = await context.app.db.write((tx) => removeTag(tx, by(context), party.id, String(form.get("key"))));
  return redirectSaying(context.app, back, gone ? { key: "record.said.untagged" } : { key: "record.said.notThere", tone: "error" });
}

async function note({ context, party, form, back }: Asked) {
  const submission = parseForm(form, noteSchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => writeNote(tx, by(context), party.id, submission.value.body));
  return redirectSaying(context.app, back, { key: "record.said.noted" });
}

async function unnote({ context, party, form, back }: Asked) {
  const gone = await context.app.db.write((tx) => removeNote(tx, by(context), party.id, String(form.get("note"))));
  return redirectSaying(context.app, back, gone ? { key: "record.said.unnoted" } : { key: "record.said.notThere", tone: "error" });
}

async function contact({ context, party, form, back }: Asked) {
  const submission = parseForm(form, contactFormSchema);
  if (submission.status !== "success") return refuse(submission);
  const { on, ...said } = submission.value;
  const { now } = by(context);
  const today = dayIn(context.timeZone, now);
  if (on !== undefined && on > today) return refuse(submission, { fields: { on: ["future"] } });
  const noon = on === undefined || on === today ? now : startOfDay(on, context.timeZone) + 12 * 3_600_000;
  await context.app.db.write((tx) => logContact(tx, by(context), { ...said, partyId: party.id, at: noon }));
  return redirectSaying(context.app, back, { key: "record.said.logged" });
}

async function fact({ context, party, form, back }: Asked) {
  const [key, typed] = [String(form.get("field") ?? ""), String(form.get("value") ?? "").slice(0, 4000)];
  const set = await context.app.db.write((tx) => setCustomValue(tx, by(context), party.id, key, typed));
  if (set.ok) return redirectSaying(context.app, back, { key: "record.said.saved" });
  if (set.reason === "not_a_value") return data({ result: null, refusedFact: { key, typed } }, { status: 400 });
  return redirectSaying(context.app, back, { key: "record.said.notThere", tone: "error" });
}

/** Staff who may change segments may put a customer on a fixed list, and take them off. */
async function onList({ context, party, form, back }: Asked) {
  if (!mayChangeLists(requireStaff(context).role)) throw new Response(null, { status: 403 });
  const list = await findSegment(context.app.db.read, String(form.get("list") ?? ""));
  return redirectSaying(context.app, back, await changeList(context, list, form.get("intent") === "unlist" ? "remove" : "add", [party.id]));
}

/** A consent that was given by telephone, on paper or at the counter. */
async function recordSaid({ context, party, form }: Asked) {
  const submission = parseForm(form, consentFormSchema);
  if (submission.status !== "success") return refuse(submission);
  const { topicId, channel, state, source, wording } = submission.value;
  const topics = await listTopics(context.app.db.read, context.locale);
  if (!topics.some((topic) => topic.id === topicId)) return refuse(submission, { fields: { topicId: ["choose"] } });
  await context.app.db.write((tx) =>
    recordConsent(tx, by(context), {
      partyId: party.id, topicId, channel, state, source, wording, wordingVersion: source === "paper" ? "written" : "spoken",
    }),
  );
  return data({ result: null, savedAt: context.app.clock() });
}
