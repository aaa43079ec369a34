import { v7 } from "uuid";
import { z } from "zod";

import type { Tx } from "~/db/types";
import { closeCase, reopenCase, startWork } from "~/domain/cases/cases.server";
import { decideCase } from "~/domain/cases/deciding.server";
import { findDeskCase } from "~/domain/cases/desk.server";
import { askQuestion, fileComplaint } from "~/domain/cases/filing.server";
import { replyToCase } from "~/domain/cases/messages.server";
import { getParty } from "~/domain/customers/customers.server";
import { caseChangeSchema, casePage, caseSchema, newCaseSchema, newDecisionSchema, newReplySchema } from "~/domain/integrations/resources/audience";
import { CASES, readCases } from "~/domain/integrations/resources/audience.server";
import { PARTIES } from "~/domain/integrations/resources/parties.server";
import { idSchema, pageQuery } from "~/domain/integrations/resources/shape";
import type { By } from "~/domain/journal/actor";
import { type Operation, reads, writes } from "~/http/api/operation";
import { Problem } from "~/http/api/problem";
import { conflicting, refused } from "./fields.server";
import { findOne, listPage, named, ofParty, readOne, when } from "./listing.server";

const told = { resource: "cases", answer: caseSchema } as const;

const REFUSED = {
  unknown_line: ["/order_line_id", "names no line of an order of this party"],
  order_cancelled: ["/order_line_id", "is of an order that was cancelled"],
  quantity_too_big: ["/quantity", "is more than was ordered"],
  noticed_in_future: ["/noticed_on", "is in the future"],
  unknown_photo: ["", "names a photo that is not there"],
} as const;

export const caseOperations: Operation[] = [
  reads({
    id: "listCases",
    path: "/cases",
    resource: "cases",
    summary: "List complaints and questions, with what was said",
    query: z.strictObject({ ...pageQuery, party_id: idSchema.optional(), status: z.enum(["new", "open", "waiting", "answered", "closed"]).optional() }),
    answer: casePage,
    run: (asked) => listPage(asked, "cases", CASES, readCases, [...ofParty("cases", asked.query.party_id), ...when(asked.query.status, (status) => ({ sql: "cases.status = ?", params: [status] }))]),
  }),
  reads({ ...told, id: "getCase", path: "/cases/{id}", summary: "Get a complaint or question", run: ({ app, params }) => readOne(app.db.read, CASES, readCases, params.id) }),
  writes({
    ...told,
    id: "createCase",
    method: "POST",
    status: 201,
    path: "/cases",
    summary: "File a complaint or a question for a customer",
    description: "A complaint starts the clock of the law; the customer gets the acknowledgement by mail.",
    body: newCaseSchema,
    async run(tx, { by, body }) {
      const partyId = await named(tx, PARTIES, body.party_id, "/party_id");
      const { locale } = await getParty(tx, partyId);
      const common = { partyId, submissionKey: v7(), locale };
      const filed =
        body.type === "question"
          ? await askQuestion(tx, by, { ...common, subject: body.subject, message: body.message })
          : await fileComplaint(tx, by, {
              ...common, orderLinePublicId: body.order_line_id, reason: body.reason, wantedRemedy: body.wanted_remedy, quantity: body.quantity,
              noticedOn: body.noticed_on ?? null, description: body.message,
            });
      if (!filed.ok) throw refused(REFUSED[filed.reason][0], filed.reason, REFUSED[filed.reason][1]);
      return { value: await readOne(tx, CASES, readCases, filed.publicId), made: filed.publicId };
    },
  }),
  writes({
    ...told,
    id: "updateCase",
    method: "PATCH",
    status: 200,
    path: "/cases/{id}",
    summary: "Take a case up, close it, open it again",
    body: caseChangeSchema,
    current: (tx, { params }) => findOne(tx, CASES, readCases, params.id),
    async run(tx, { by, body, params }) {
      await move(tx, by, params.id ?? "", body.status);
      return { value: await readOne(tx, CASES, readCases, params.id) };
    },
  }),
  writes({
    ...told,
    id: "replyToCase",
    method: "POST",
    status: 201,
    path: "/cases/{id}/replies",
    summary: "Answer the customer in a case",
    description: "They get it by mail and read it in the portal.",
    body: newReplySchema,
    async run(tx, { by, body, params }) {
      const { id } = await theCase(tx, params.id);
      const sent = await replyToCase(tx, by, { caseId: id, message: body.message, waitForCustomer: body.wait_for_customer, submissionKey: v7() });
      if (!sent.ok) throw conflicting(sent.reason, "The case cannot be answered now.");
      return { value: await readOne(tx, CASES, readCases, params.id) };
    },
  }),
  writes({
    ...told,
    id: "decideCase",
    method: "POST",
    status: 201,
    path: "/cases/{id}/decision",
    summary: "Decide a complaint",
    description: "The answer of the law, with its reasons: the customer gets it by mail.",
    body: newDecisionSchema,
    current: (tx, { params }) => findOne(tx, CASES, readCases, params.id),
    async run(tx, { by, body, params }) {
      const { id, version } = await theCase(tx, params.id);
      const decided = await decideCase(tx, by, { caseId: id, version, decision: body.decision, grantedRemedy: body.granted_remedy ?? null, message: body.message, submissionKey: v7() });
      if (!decided.ok) throw conflicting(decided.reason, decided.reason === "accepted_by_law" ? "The term has passed: it counts as accepted." : "The case cannot take this step now.", "/decision");
      return { value: await readOne(tx, CASES, readCases, params.id) };
    },
  }),
];

async function theCase(tx: Tx, publicId: string | undefined) {
  const found = await findDeskCase(tx, publicId ?? "");
  if (!found) throw new Problem("not_found");
  return found;
}

async function move(tx: Tx, by: By, publicId: string, to: "open" | "closed"): Promise<void> {
  const found = await theCase(tx, publicId);
  const command = to === "closed" ? closeCase : found.status === "new" ? startWork : reopenCase;
  const moved = await command(tx, by, { caseId: found.id, version: found.version });
  if (!moved.ok) throw conflicting(moved.reason, "The case cannot take this step now.", "/status");
}
