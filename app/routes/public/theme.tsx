import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";

import { safeNext } from "~/domain/accounts/account";
import { ownCookie, YEAR_S } from "~/http/cookies.server";

const choice = z.object({ theme: z.enum(["system", "light", "dark"]), back: z.string().optional() });

/** Light, dark, or as the system: kept on the device only. */
export async function action({ request, context }: ActionFunctionArgs) {
  const parsed = choice.safeParse(Object.fromEntries(await request.formData()));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { theme, back } = parsed.data;
  return redirect(safeNext(back, "/"), {
    status: 303,
    headers: { "Set-Cookie": ownCookie(context.app, "theme", theme, theme === "system" ? 0 : YEAR_S) },
  });
}

export function loader() {
  return redirect("/");
}
