/**
 * The fields of a posted form (RFC 7578) as bytes. What reads forms elsewhere takes all text for UTF-8; a mail that a
 * provider hands over field by field comes in whichever charset it was written.
 */
export type FormField = { name: string; filename: string | null; type: string; bytes: Buffer };

const MOST_FIELDS = 500;

/** Null when the body is no such form. */
export function readFormFields(body: Buffer, contentType: string): FormField[] | null {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (!/^multipart\/form-data\b/i.test(contentType) || !boundary) return null;
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  // The first one stands at the very beginning, without a line before it.
  let at = body.indexOf(delimiter.subarray(2));
  if (at < 0) return null;
  at += delimiter.length - 2;
  const fields: FormField[] = [];
  while (fields.length < MOST_FIELDS) {
    if (body.subarray(at, at + 2).toString("latin1") === "--") return fields;
    const end = body.indexOf(delimiter, at);
    if (end < 0) return null;
    const field = readField(body.subarray(at, end));
    if (field) fields.push(field);
    at = end + delimiter.length;
  }
  return null;
}

function readField(part: Buffer): FormField | null {
  const body = part.indexOf("\r\n\r\n");
  if (body < 0) return null;
  const head = part.subarray(0, body).toString("utf8");
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1] ?? "";
  const name = parameter(disposition, "name");
  if (name === null) return null;
  return { name, filename: parameter(disposition, "filename"), type: /^content-type:\s*(.*)$/im.exec(head)?.[1]?.trim() ?? "text/plain", bytes: part.subarray(body + 4) };
}

function parameter(text: string, name: string): string | null {
  const [, quoted, plain] = new RegExp(`(?:^|[\\s;])${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, "i").exec(text) ?? [];
  return quoted?.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"') ?? plain ?? null;
}
