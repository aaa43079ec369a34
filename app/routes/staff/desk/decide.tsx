import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";

import CasePage from "./case-page";
import { loadCase } from "./case.server";
import { composeBy } from "./verb.server";
import { decideCase } from "~/domain/cases/deciding.server";
import { decisionSchema } from "~/domain/cases/complaint";

/** The page of the case too, so that a refusal shows what stands there now. */
export function loader(args: LoaderFunctionArgs) {
  return loadCase(args);
}

export function action(args: ActionFunctionArgs) {
  return composeBy(args, "decide", decisionSchema, (tx, by, about, value) => decideCase(tx, by, { ...value, caseId: about.id, grantedRemedy: value.grantedRemedy ?? null }));
}

export default CasePage;
