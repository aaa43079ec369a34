import type { ActionFunctionArgs } from "@remix-run/node";

import { disableStaffUser } from "~/domain/accounts/staff.server";
import { backToMember, changeMember } from "./member-changes.server";

export const loader = backToMember;
export const action = (args: ActionFunctionArgs) => changeMember(args, "disabled", disableStaffUser);
