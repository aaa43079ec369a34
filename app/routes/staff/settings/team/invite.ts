import type { ActionFunctionArgs } from "@remix-run/node";

import { repeatInvitation } from "~/domain/accounts/mailed-proof.server";
import { backToMember, changeMember } from "./member-changes.server";

export const loader = backToMember;
export const action = (args: ActionFunctionArgs) => changeMember(args, "repeated", repeatInvitation);
