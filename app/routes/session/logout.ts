import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { signOut } from "./sign-out.server";

/** Somebody who types the address is not logged out: a link from elsewhere must not do that. */
export const loader = () => redirect("/portal");
export const action = (args: ActionFunctionArgs) => signOut(args, "customer");
