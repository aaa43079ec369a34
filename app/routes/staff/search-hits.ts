import type { LoaderFunctionArgs } from "@remix-run/node";

import { answerSearch } from "./find.server";

/** The palette asks here at each pause in typing. */
export async function loader(args: LoaderFunctionArgs) {
  return Response.json(await answerSearch(args), { headers: { "Cache-Control": "no-store" } });
}
