import type { ActionFunctionArgs } from "@remix-run/node";

import { roleSchema } from "~/domain/accounts/account";
import { changeStaffRole } from "~/domain/accounts/staff.server";
import { backToMember, changeMember } from "./member-changes.server";

export const loader = backToMember;

export async function action(args: ActionFunctionArgs) {
  const typed = roleSchema.safeParse(Object.fromEntries(await args.request.formData()));
  if (!typed.success) throw new Response(null, { status: 400 });
  return changeMember(args, "roleChanged", (tx, by, member) => changeStaffRole(tx, by, { ...member, ...typed.data }));
}
