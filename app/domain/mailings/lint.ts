/** What is looked at before a mailing leaves. Pure: the facts about the audience are given. */
import type { TemplateField } from "./mailing";
import type { CompileProblem } from "./mailing";
import type { MergeTag } from "./merge-tags";

export type LintLevel = "blocker" | "warning";

export type Finding = {
  /** Message `mailings.lint.<rule>`. */
  rule:
    | "no_subject" | "no_preheader" | "required_field" | "merge_tag" | "bad_url" | "bad_image" | "bad_colour" | "template"
    | "empty_value" | "clipped" | "image_without_alt" | "no_unsubscribe" | "no_link";
  level: LintLevel;
  locale: string;
  /** The field it is about, where there is one. */
  field?: string;
  values?: Record<string, string | number>;
};

/** How many of the real audience have no value for a merge tag, and one of them. */
export type EmptyValues = Record<string, { count: number; example: string }>;

export type Lintable = {
  locale: string;
  content: { subject: string; fields: Record<string, string> };
  preheader: string;
  html: string;
  links: readonly unknown[];
  tags: readonly MergeTag[];
  imagesWithoutAlt: number;
  problems: readonly CompileProblem[];
};

/** Gmail shows no more than this of a mail and hides the rest, the unsubscribe link with it. */
export const GMAIL_CLIP_BYTES = 102 * 1024;

/** @param empty what the audience has no value for; tags with a fallback are never a finding */
export function lintMailing(mail: Lintable, fields: readonly TemplateField[], empty: EmptyValues = {}): Finding[] {
  const { locale } = mail;
  const findings: Finding[] = [];
  const add = (rule: Finding["rule"], level: LintLevel, more: Pick<Finding, "field" | "values"> = {}) =>
    findings.push({ rule, level, locale, ...more });

  if (!mail.content.subject.trim()) add("no_subject", "blocker");
  if (!mail.preheader.trim()) add("no_preheader", "warning");
  for (const field of fields)
    if (field.required && !mail.content.fields[field.key]?.trim()) add("required_field", "blocker", { field: field.key });
  for (const problem of mail.problems) {
    if (problem.kind === "merge_tag") add("merge_tag", "blocker", { field: problem.field, values: { problem: problem.problem, found: problem.found } });
    else add(problem.kind, "blocker", { ...(problem.field && { field: problem.field }), values: { found: problem.found } });
  }
  if (!mail.html.includes("{{ rapport.unsubscribe }}")) add("no_unsubscribe", "blocker");
  if (mail.imagesWithoutAlt > 0) add("image_without_alt", "warning", { values: { count: mail.imagesWithoutAlt } });
  const kilobytes = Math.ceil(bytesOf(mail.html) / 1024);
  if (bytesOf(mail.html) > GMAIL_CLIP_BYTES) add("clipped", "warning", { values: { kilobytes } });
  if (mail.links.length === 0) add("no_link", "warning");
  for (const path of new Set(mail.tags.filter((tag) => tag.fallback === null).map((tag) => tag.path))) {
    const found = empty[path];
    if (found && found.count > 0) add("empty_value", "warning", { values: { tag: path, count: found.count, example: found.example } });
  }
  return findings;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
