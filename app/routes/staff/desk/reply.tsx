import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";

import CasePage from "./case-page";
import { loadCase } from "./case.server";
import { composeBy } from "./verb.server";
import { replyToCase } from "~/domain/cases/messages.server";
import { staffReplySchema } from "~/domain/cases/complaint";

/** The page of the case too, so that a refusal shows what stands there now. */
export function loader(args: LoaderFunctionArgs) {
  return loadCase(args);
}

export function action(args: ActionFunctionArgs) {
  return composeBy(args, "reply", staffReplySchema, (tx, by, about, value, attachmentIds) => replyToCase(tx, by, { ...value, caseId: about.id, attachmentIds }));
}

export default CasePage;
