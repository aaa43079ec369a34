/** Taking a request of the API apart: who asks, the query, the body. Everything that is not as it should be is a Problem. */
import type { IncomingMessage } from "node:http";

import type { z } from "zod";

import { readRawBody } from "../raw-body.server";
import { fieldErrors, Problem } from "./problem";

export const LARGEST_BODY = 1024 * 1024;

/** The token of `Authorization: Bearer …` (RFC 6750). */
export function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

/** The text of a JSON body. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";").map((part) => part.trim());
  const isUtf8 = parameters.every((one) => !one.startsWith("charset=") || /^charset="?utf-8"?$/.test(one));
  if (!/^application\/([\w.-]+\+)?json$/.test(type) || !isUtf8 || request.headers["content-encoding"]) throw new Problem("unsupported_media_type");
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) throw new Problem("too_large", `At most ${LARGEST_BODY} bytes.`);
  const bytes = await readRawBody(request, LARGEST_BODY);
  if (!bytes) throw new Problem("too_large", `At most ${LARGEST_BODY} bytes.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem("bad_request", "The body is not UTF-8.");
  }
}

export function parseBody<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("bad_request", "The body is not JSON.");
  }
  const pointer = nulIn(value);
  if (pointer !== null) throw new Problem("invalid", undefined, [{ pointer, code: "bad_character", detail: "holds the character NUL" }]);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Problem("invalid", undefined, fieldErrors(parsed.error, (at) => ({ pointer: at })));
  return parsed.data;
}

/** PostgreSQL has no room for it in a text, and nobody else a use. @returns where it stands */
function nulIn(value: unknown, pointer = ""): string | null {
  if (typeof value === "string") return value.includes("\0") ? pointer : null;
  if (value === null || typeof value !== "object") return null;
  for (const [key, member] of Object.entries(value)) {
    const found = key.includes("\0") ? pointer : nulIn(member, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    if (found !== null) return found;
  }
  return null;
}

/** A name given twice is refused: nobody could say which was meant. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, search: URLSearchParams): z.output<Schema> {
  const wrong = (parameter: string, code: string, detail: string) => new Problem("bad_parameter", undefined, [{ parameter, code, detail }]);
  const given: Record<string, string> = {};
  for (const [name, value] of search) {
    if (Object.hasOwn(given, name)) throw wrong(name, "repeated", "is given twice");
    if (value.includes("\0")) throw wrong(name, "bad_character", "holds the character NUL");
    given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new Problem("bad_parameter", undefined, fieldErrors(parsed.error, (at) => ({ parameter: at.slice(1) })));
  return parsed.data;
}

/** What it may be: as in the draft for this header, printable and not endless. */
export function idempotencyKeyOf(request: IncomingMessage): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  const text = String(key).replace(/^"(.*)"$/, "$1");
  if (!/^[\x21-\x7e]{1,255}$/.test(text))
    throw new Problem("bad_request", undefined, [{ parameter: "Idempotency-Key", code: "bad_key", detail: "must be 1 to 255 printable characters without blanks" }]);
  return text;
}
