/** The editor's form ↔ the content of a mailing in one language. */
import { mailingContentSchema, type TemplateContent } from "~/domain/mailings/mailing";

export type ContentErrors = Record<string, string>;

/**
 * Fields are named `fields.<key>`; a picture also has `own.<key>`, an address that goes before the chosen one.
 * Errors are keyed as the controls are named.
 */
export function readContent(form: FormData): { typed: TemplateContent } & ({ ok: true; content: TemplateContent } | { ok: false; errors: ContentErrors }) {
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value !== "string") continue;
    if (name.startsWith("fields.")) fields[name.slice(7)] ??= value;
    if (name.startsWith("own.") && value.trim()) fields[name.slice(4)] = value.trim();
  }
  const typed = { subject: String(form.get("subject") ?? ""), preheader: String(form.get("preheader") ?? ""), fields };
  const parsed = mailingContentSchema.safeParse(typed);
  if (parsed.success) return { ok: true, typed, content: parsed.data };
  return { ok: false, typed, errors: Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message])) };
}
