/**
 * A mail as providers post it: whole in the field `email` (SendGrid's Inbound Parse with "send raw"), or taken apart into
 * `headers`, `text`, `html` and files. From its parts it is put together again: all that tells an answer from a bounce,
 * a machine from a person and one mail from another stands in `headers`, so nothing is taken without them.
 */
import { createHash } from "node:crypto";

import type { FormField } from "../../http/form-bytes.server";

/** Null when the form holds no mail. */
export function mailOfForm(fields: readonly FormField[]): Buffer | null {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const whole = byName.get("email")?.bytes;
  if (whole) return whole.length ? whole : null;
  const headers = byName.get("headers")?.bytes.toString("utf8") ?? "";
  if (!/^(?:from|message-id|received):/im.test(headers)) return null;
  const charsets = readJson(byName.get("charsets"));
  const written = ["text", "html"].flatMap((name) => {
    const field = byName.get(name);
    return field?.bytes.length ? [part(`text/${name === "text" ? "plain" : "html"}; charset=${charsetOf(charsets[name])}`, field.bytes)] : [];
  });
  const info = readJson(byName.get("attachment-info"));
  const files = fields.filter(({ name }) => /^attachment\d{1,3}$/.test(name)).map((file) => fileOf(file, info[file.name]));
  return compose(`${envelopeOf(byName.get("envelope"))}${ownHeaders(headers)}`, kindOf(headers), written, files);
}

/** What described the body as it was: it is made anew. */
function ownHeaders(headers: string): string {
  const lines = headers.replace(/\r\n?/g, "\n").replace(/\n[ \t]+/g, " ").split("\n");
  return lines.filter((line) => /^[!-9;-~]+:/.test(line) && !/^(?:content-[\w-]+|mime-version|return-path):/i.test(line)).map((line) => `${line}\r\n`).join("");
}

/** A report stays one, of whatever it reports. */
function kindOf(headers: string): string {
  const report = /^content-type:\s*multipart\/report\b[^]*?report-type="?([\w-]{1,40})/im.exec(headers)?.[1];
  return report ? `multipart/report; report-type=${report}` : "multipart/mixed";
}

/** The envelope as servers note it: where bounces come back to, and the empty sender that machines write from. */
function envelopeOf(field: FormField | undefined): string {
  const { from, to } = readJson(field);
  const address = (value: unknown) => (typeof value === "string" && /^[^\s<>]{0,320}$/.test(value) ? value : null);
  const sender = address(from);
  const lines = (Array.isArray(to) ? to : []).slice(0, 50).map(address).filter(Boolean).map((one) => `Delivered-To: ${one}\r\n`);
  return `${sender === null ? "" : `Return-Path: <${sender}>\r\n`}${lines.join("")}`;
}

function compose(headers: string, kind: string, written: Buffer[], files: Buffer[]): Buffer {
  const parts = [written.length > 1 ? under("multipart/alternative", written) : written[0], ...files].filter((one) => one !== undefined);
  return Buffer.concat([Buffer.from(`${headers}MIME-Version: 1.0\r\n`), under(kind, parts.length ? parts : [part("text/plain", Buffer.alloc(0))])]);
}

/** The boundary comes of what it divides: the same mail posted again is the same. */
function under(kind: string, parts: Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const one of parts) hash.update(one);
  const boundary = `=_${hash.digest("base64url")}`;
  const joined = parts.flatMap((one) => [Buffer.from(`--${boundary}\r\n`), one, Buffer.from("\r\n")]);
  return Buffer.concat([Buffer.from(`Content-Type: ${kind}; boundary="${boundary}"\r\n\r\n`), ...joined, Buffer.from(`--${boundary}--\r\n`)]);
}

function part(type: string, bytes: Buffer, disposition = ""): Buffer {
  return Buffer.from(`Content-Type: ${type}\r\n${disposition}Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`);
}

function fileOf(file: FormField, told: unknown): Buffer {
  const { type, filename } = (told ?? {}) as { type?: unknown; filename?: unknown };
  const kind = [type, file.type].find((one): one is string => typeof one === "string" && /^[\w.+-]+\/[\w.+-]+/.test(one))?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0];
  const name = typeof filename === "string" ? filename : (file.filename ?? "");
  return part(kind ?? "application/octet-stream", file.bytes, name && `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(Buffer.from(name.slice(0, 200)).toString("utf8"))}\r\n`);
}

function charsetOf(told: unknown): string {
  return typeof told === "string" && /^[\w.:+-]{1,40}$/.test(told) ? told : "utf-8";
}

function readJson(field: FormField | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(field?.bytes.toString("utf8") ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
