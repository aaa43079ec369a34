import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";

import CasePage from "./case-page";
import { loadCase } from "./case.server";
import { changeBy } from "./verb.server";
import { reopenCase } from "~/domain/cases/cases.server";
import { versionSchema } from "~/domain/cases/complaint";

/** The page of the case too, so that a refusal shows what stands there now. */
export function loader(args: LoaderFunctionArgs) {
  return loadCase(args);
}

export function action(args: ActionFunctionArgs) {
  return changeBy(args, versionSchema, (tx, by, caseId, { version }) => reopenCase(tx, by, { caseId, version }));
}

export default CasePage;
