import { entriesOf } from "~/domain/imports/entries";

export const MOST_LISTED = 100_000;
/** A hundred thousand addresses need about 3 MB. */
const LONGEST = 8 * 1024 * 1024;

export type Listed = { entries: string[]; tooMany: boolean };

/** Addresses and customer numbers: pasted, one a line or between commas, and those of a file. Each once, in their order. */
export async function readListed(form: FormData): Promise<Listed> {
  const file = form.get("file");
  if (file instanceof File && file.size > LONGEST) return { entries: [], tooMany: true };
  const pasted = String(form.get("entries") ?? "").split(/[\n\r,;\t]+/);
  const given = [...pasted, ...(file instanceof File ? entriesOf(await file.text()) : [])];
  const entries = [...new Set(given.map((one) => one.trim()).filter((one) => one !== "" && one.length <= 320))];
  return entries.length > MOST_LISTED ? { entries: entries.slice(0, MOST_LISTED), tooMany: true } : { entries, tooMany: false };
}
