import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { signOut } from "./sign-out.server";

/** Somebody who types the address is not logged out: a link from elsewhere must not do that. */
export const loader = () => redirect("/staff");
export const action = (args: ActionFunctionArgs) => signOut(args, "staff");
