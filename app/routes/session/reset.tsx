import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";

import { ResetPage } from "./reset-pages";
import { choosePassword, resetLoader } from "./reset.server";

export const loader = (args: LoaderFunctionArgs) => resetLoader(args, "customer");
export const action = (args: ActionFunctionArgs) => choosePassword(args, "customer");

export default function Reset() {
  return <ResetPage audience="customer" account={useLoaderData<typeof loader>().account} answer={useActionData<typeof action>()} />;
}
