/**
 * POST `/hooks/inbound`: a provider hands over a mail that came in: SendGrid's Inbound Parse, as it came or taken apart
 * (posted-mail.server.ts), or any that posts message/rfc822. The key is INBOUND_KEY, as the password of the address
 * (`https://inbound:KEY@crm.example.com/hooks/inbound`, which becomes Basic authorisation) or as `Authorization: Bearer`.
 * 2xx is said only when everything is committed; a mail that is posted again changes nothing.
 */
import { createHash, timingSafeEqual } from "node:crypto";

import type { Request, Response } from "express";

import type { App } from "../../context.server";
import { receiveMail } from "../../domain/cases/incoming.server";
import { bySystem } from "../../domain/journal/actor";
import { readFormFields } from "../../http/form-bytes.server";
import { readRawBody } from "../../http/raw-body.server";
import { mailOfForm } from "./posted-mail.server";

const LARGEST = 32 * 1024 * 1024;

export async function inboundMail(app: App, request: Request, response: Response): Promise<void> {
  if (!isAuthorised(app.env.INBOUND_KEY, request.get("Authorization"))) return void response.status(401).set("WWW-Authenticate", 'Basic realm="inbound"').end();
  const type = request.get("Content-Type") ?? "";
  if (!/^(message\/rfc822|multipart\/form-data)\b/i.test(type)) return void response.status(415).end();
  const body = Number(request.get("Content-Length") ?? 0) > LARGEST ? null : await readRawBody(request, LARGEST);
  if (body === null) return void response.status(413).set("Connection", "close").end();
  const raw = /^message/i.test(type) ? body : mailOfForm(readFormFields(body, type) ?? []);
  if (raw === null || raw.byteLength === 0) return void response.status(400).end();
  await receiveMail(app, bySystem("public", app.clock()), { raw, door: "webhook" });
  response.status(204).end();
}

/** Both are hashed first: neither the length nor the first wrong letter shows in the time. */
function isAuthorised(key: string | undefined, header: string | undefined): boolean {
  const [, scheme = "", given = ""] = /^(Basic|Bearer) +(\S+)\s*$/i.exec(header ?? "") ?? [];
  if (!key || !given) return false;
  const secret = scheme.toLowerCase() === "basic" ? Buffer.from(given, "base64").toString("utf8").replace(/^[^:]*:/, "") : given;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(secret), digest(key));
}
