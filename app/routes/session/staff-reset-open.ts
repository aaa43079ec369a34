import type { LoaderFunctionArgs } from "@remix-run/node";

import { openReset } from "./reset.server";

export const loader = (args: LoaderFunctionArgs) => openReset(args, "staff");
