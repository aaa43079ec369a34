import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";

import { safeNext } from "~/domain/accounts/account";

const choice = z.object({ theme: z.enum(["system", "light", "dark"]), back: z.string().optional() });
const YEAR = 31_536_000;

/** Light, dark, or as the system: kept on the device only. */
export async function action({ request, context }: ActionFunctionArgs) {
  const parsed = choice.safeParse(Object.fromEntries(await request.formData()));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { theme, back } = parsed.data;
  const secure = context.app.env.APP_URL.startsWith("https:") ? "; Secure" : "";
  return redirect(safeNext(back, "/"), {
    status: 303,
    headers: { "Set-Cookie": `theme=${theme}; Path=/; Max-Age=${theme === "system" ? 0 : YEAR}; SameSite=Lax${secure}` },
  });
}

export function loader() {
  return redirect("/");
}
