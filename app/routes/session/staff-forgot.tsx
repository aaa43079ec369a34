import type { ActionFunctionArgs } from "@remix-run/node";
import { useActionData } from "@remix-run/react";

import { ForgotPage } from "./reset-pages";
import { askForReset } from "./reset.server";

export const action = (args: ActionFunctionArgs) => askForReset(args, "staff");

export default function StaffForgot() {
  return <ForgotPage audience="staff" answer={useActionData<typeof action>()} />;
}
