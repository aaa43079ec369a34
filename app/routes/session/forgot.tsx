import type { ActionFunctionArgs } from "@remix-run/node";
import { useActionData } from "@remix-run/react";

import { ForgotPage } from "./reset-pages";
import { askForReset } from "./reset.server";

export const action = (args: ActionFunctionArgs) => askForReset(args, "customer");

export default function Forgot() {
  return <ForgotPage audience="customer" answer={useActionData<typeof action>()} />;
}
