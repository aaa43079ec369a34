/** The library of emails/: bundled with the program, so that a mail never depends on a file found at run time. */
import words from "../../../emails/words.json";
import { mjmlFiller } from "./liquid.server";
import { isMailLocale, type MailLocale, type TemplateDeclaration } from "./mailing";

const sources = import.meta.glob<string>("../../../emails/*.mjml", { query: "?raw", import: "default", eager: true });
const partSources = import.meta.glob<string>("../../../emails/parts/*.mjml", { query: "?raw", import: "default", eager: true });
const declared = import.meta.glob<TemplateDeclaration>("../../../emails/*.json", { import: "default", eager: true });

const mjml = new Map(Object.entries(sources).map(([path, source]) => [nameOf(path), source]));
const parts = Object.fromEntries(Object.entries(partSources).map(([path, source]) => [nameOf(path), source]));

const declarations = Object.entries(declared)
  .filter(([path]) => nameOf(path) !== "words")
  .map(([, declaration]) => declaration)
  .sort((a, b) => a.position - b.position);

export const fillTemplate = mjmlFiller(parts);

export type MailWords = (typeof words)["en"];

/** The marketing templates, in the order in which they are offered. */
export function listTemplates(): readonly TemplateDeclaration[] {
  return declarations;
}

export function findTemplate(key: string): TemplateDeclaration | null {
  return declarations.find((declaration) => declaration.key === key) ?? null;
}

/** The MJML of a marketing template or of a system mail. */
export function findMjml(name: string): string | null {
  return mjml.get(name) ?? null;
}

/** The words that every mail carries in its footer. */
export function mailWords(locale: string): MailWords {
  const known: MailLocale = isMailLocale(locale) ? locale : "en";
  return words[known];
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.(mjml|json)$/, "");
}
