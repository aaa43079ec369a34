import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";

import CasePage from "./case-page";
import { loadCase } from "./case.server";
import { changeBy } from "./verb.server";
import { assignCase } from "~/domain/cases/cases.server";
import { assignSchema } from "~/domain/cases/complaint";

/** The page of the case too, so that a refusal shows what stands there now. */
export function loader(args: LoaderFunctionArgs) {
  return loadCase(args);
}

export function action(args: ActionFunctionArgs) {
  return changeBy(args, assignSchema, (tx, by, caseId, { version, assignee }) => assignCase(tx, by, { caseId, version, assigneeId: assignee }));
}

export default CasePage;
