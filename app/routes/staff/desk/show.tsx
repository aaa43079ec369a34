import type { LoaderFunctionArgs } from "@remix-run/node";

import CasePage from "./case-page";
import { loadCase } from "./case.server";

export function loader(args: LoaderFunctionArgs) {
  return loadCase(args);
}

export default CasePage;
