import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";

import { ResetPage } from "./reset-pages";
import { choosePassword, resetLoader } from "./reset.server";

export const loader = (args: LoaderFunctionArgs) => resetLoader(args, "staff");
export const action = (args: ActionFunctionArgs) => choosePassword(args, "staff");

export default function StaffReset() {
  return <ResetPage audience="staff" account={useLoaderData<typeof loader>().account} answer={useActionData<typeof action>()} />;
}
