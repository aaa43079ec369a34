import type { ActionFunctionArgs } from "@remix-run/node";

import { requireStaff } from "~/http/require";
import { type Answer, ask } from "./ask.server";
import { Replaced } from "./counting.server";

/** Far more than 200 clauses with 200 values each ever need. */
const LONGEST = 512 * 1024;

/** The builder asks here while rules are being written: rules as JSON in the field `rules`, in `self` the segment they are for, in `page` which open page asks; count and sample or problems out. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  const text = String(form.get("rules") ?? "");
  const self = String(form.get("self") ?? "") || undefined;
  if (text.length > LONGEST) return reply({ ok: false, problems: [{ path: [], reason: "too_many" }] }, 413);
  let rules: unknown;
  try {
    rules = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return reply({ ok: false, problems: [{ path: [], reason: "not_a_rule" }] }, 400);
  }
  // Of one person and one open page there is one count at a time.
  const page = `${requireStaff(context).id} ${String(form.get("page") ?? "").slice(0, 100)}`;
  try {
    const answer = await ask(context.app, rules, { self, page, signal: request.signal });
    return reply(answer, answer.ok ? 200 : 400);
  } catch (error) {
    if (error instanceof Replaced || request.signal.aborted) return new Response(null, { status: 409, headers: { "Cache-Control": "no-store" } });
    throw error;
  }
}

function reply(answer: Answer, status: number): Response {
  return Response.json(answer, { status, headers: { "Cache-Control": "no-store" } });
}
