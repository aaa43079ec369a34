/**
 * The API's own way through the server, in front of cookies, forms and pages: bearer tokens and JSON only. Which scope a path
 * wants stands in access.ts; a path without a row there is refused at start.
 */
import { createHash } from "node:crypto";

import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";

import { API_ACCESS } from "../../access";
import type { App } from "../../context.server";
import { isDiskFull, lockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { claimKey, keepAnswer, type KeptAnswer, requestHash } from "../../domain/integrations/answers.server";
import { takeRequest } from "../../domain/integrations/allowance.server";
import { PATH_WORDS } from "../../domain/integrations/resources/shape";
import { findToken, type KnownToken } from "../../domain/integrations/tokens.server";
import type { Asked, Operation, ReadOperation, WriteOperation } from "./operation";
import { openApiDocument } from "./openapi";
import { Problem } from "./problem";
import { bearerOf, idempotencyKeyOf, parseBody, parseQuery, readBody } from "./reading.server";

export const API_PREFIX = "/api/v1";
export const DOCS_PATH = `${API_PREFIX}/docs`;

type Place = { pattern: RegExp; names: string[]; path: string; byMethod: Map<string, Operation> };

export function apiListener(app: App, operations: readonly Operation[]): RequestHandler {
  const places = placesOf(operations);
  const document = JSON.stringify(openApiDocument(operations, app.env.APP_URL));
  const inFlight = new Set<string>();

  return async (request, response, next) => {
    const path = request.baseUrl + request.path;
    if (path === DOCS_PATH || path.startsWith(`${DOCS_PATH}.`)) return next();
    response.setHeader("Cache-Control", "no-store");
    try {
      if (path === `${API_PREFIX}/openapi.json` && isReading(request)) return void response.type("application/json").send(document);
      await answer(app, places, inFlight, path, request, response);
    } catch (error) {
      sayProblem(app, response, asProblem(app, error, response));
    }
  };
}

function placesOf(operations: readonly Operation[]): Place[] {
  const places = new Map<string, Place>();
  for (const operation of operations) {
    const { path } = operation;
    const kind = operation.method === "GET" ? "read" : "write";
    if (!API_ACCESS[path]?.[kind]) throw new Error(`No scope in app/access.ts for ${operation.method} ${path}`);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
    const pattern = new RegExp(`^${API_PREFIX}${path.replace(/\{\w+\}/g, "([^/]+)")}$`);
    const place = places.get(path) ?? { pattern, names, path, byMethod: new Map<string, Operation>() };
    place.byMethod.set(operation.method, operation);
    places.set(path, place);
  }
  return [...places.values()];
}

const isReading = ({ method }: Request) => method === "GET" || method === "HEAD";

async function answer(app: App, places: Place[], inFlight: Set<string>, path: string, request: Request, response: Response): Promise<void> {
  const token = await tokenOf(app, request);
  await takeOne(app, token, response);
  const place = places.find(({ pattern }) => pattern.test(path));
  if (!place) throw new Problem("not_found");
  const operation = place.byMethod.get(isReading(request) ? "GET" : request.method);
  if (!operation) {
    const methods = [...place.byMethod.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    response.setHeader("Allow", methods.join(", "));
    throw new Problem("method_not_allowed");
  }
  const scope = API_ACCESS[place.path]?.[operation.method === "GET" ? "read" : "write"];
  if (!scope || !token.scopes.includes(scope)) throw new Problem("forbidden", `The token lacks the scope ${scope}.`);
  const values = place.pattern.exec(path)!.slice(1);
  const params = Object.fromEntries(place.names.map((name, i) => [name, values[i] as string]));
  if (Object.entries(params).some(([name, value]) => !(PATH_WORDS[name]?.test(value) ?? z.uuid().safeParse(value).success))) throw new Problem("not_found");
  const asked = { app, token, by: { actor: { kind: "token", id: token.id, name: token.name }, now: app.clock() } as const, params };
  if (operation.method === "GET") return read(operation, asked, request, response);
  return write(operation, asked, inFlight, path, request, response);
}

async function tokenOf(app: App, request: Request): Promise<KnownToken> {
  const bearer = bearerOf(request);
  if (bearer === null) throw new Problem("unauthorized", "Send Authorization: Bearer and a token.");
  const token = await findToken(app.db.read, bearer, app.clock());
  if (!token) throw new Problem("unauthorized", "The token is unknown, revoked or has expired.");
  return token;
}

async function takeOne(app: App, token: KnownToken, response: Response): Promise<void> {
  const limit = app.env.API_REQUESTS_PER_MINUTE;
  const now = app.clock();
  const allowed = await takeRequest(app.db, token.id, limit, now);
  const seconds = Math.max(1, Math.ceil((allowed.resetAt - now) / 1000));
  // draft-ietf-httpapi-ratelimit-headers
  response.setHeader("RateLimit-Policy", `"minute";q=${limit};w=60`);
  response.setHeader("RateLimit", `"minute";r=${allowed.remaining};t=${seconds}`);
  if (allowed.ok) return;
  response.setHeader("Retry-After", String(seconds));
  throw new Problem("too_many_requests", `Try again in ${seconds} s.`);
}

type Base = Omit<Asked<never, never>, "query" | "body">;

async function read(operation: ReadOperation, asked: Base, request: Request, response: Response): Promise<void> {
  const search = new URL(request.originalUrl, "http://any").searchParams;
  const query = parseQuery(operation.query ?? z.strictObject({}), search);
  const value = await operation.run({ ...asked, query: query as never, body: undefined });
  const tag = etagOf(value);
  response.setHeader("ETag", tag);
  if (listed(request.headers["if-none-match"]).some((one) => one === tag || one === `W/${tag}`)) return void response.status(304).end();
  response.status(200).type("application/json").send(JSON.stringify(value));
}

async function write(operation: WriteOperation, asked: Base, inFlight: Set<string>, path: string, request: Request, response: Response): Promise<void> {
  const key = idempotencyKeyOf(request);
  const text = await readBody(request);
  const flight = key === null ? null : `${asked.token.id}:${key}`;
  if (flight !== null && inFlight.has(flight)) throw new Problem("in_flight");
  if (flight !== null) inFlight.add(flight);
  try {
    const keyed = key === null ? null : { tokenId: asked.token.id, key, requestHash: requestHash(request.method, path, text) };
    const done = await asked.app.db.write(async (tx) => {
      const claimed = keyed && (await claimKey(tx, keyed, asked.by.now));
      if (claimed && !claimed.ok) throw new Problem(claimed.reason === "in_flight" ? "in_flight" : "key_reused");
      if (claimed?.answer) return { ...claimed.answer, replayed: true };
      const full = { ...asked, query: undefined, body: parseBody(operation.body, text) as never };
      await refuseStale(tx, operation, full, path, request);
      const { value, made } = await operation.run(tx, full);
      const answer: KeptAnswer = { status: operation.status, location: made ? `${path.replace(/\/$/, "")}/${made}` : null, body: value };
      if (keyed) await keepAnswer(tx, keyed, answer, asked.by.now);
      return { ...answer, replayed: false };
    });
    if (done.location) response.setHeader("Location", done.location);
    if (done.replayed) response.setHeader("Idempotent-Replayed", "true");
    response.setHeader("ETag", etagOf(done.body));
    response.status(done.status).type("application/json").send(JSON.stringify(done.body));
  } finally {
    if (flight !== null) inFlight.delete(flight);
  }
}

/** If-Match: only over what the client has read (RFC 9110, 13.1.1). What is not there is not found. */
async function refuseStale(tx: Tx, operation: WriteOperation, asked: Asked<undefined, never>, path: string, request: Request): Promise<void> {
  if (!operation.current) return;
  await lockKey(tx, `api:${path}`);
  const current = await operation.current(tx, asked);
  if (current === null) throw new Problem("not_found");
  const wanted = listed(request.headers["if-match"]);
  if (wanted.length && !wanted.includes("*") && !wanted.includes(etagOf(current))) throw new Problem("changed_meanwhile");
}

function etagOf(value: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 27)}"`;
}

function listed(header: string | undefined): string[] {
  return (header ?? "").split(",").map((one) => one.trim()).filter(Boolean);
}

function asProblem(app: App, error: unknown, response: Response): Problem {
  if (error instanceof Problem) return error;
  app.log.error({ err: error, id: response.locals.requestId as string }, "request of the API failed");
  return new Problem(isDiskFull(error) ? "disk_full" : "broken");
}

function sayProblem(app: App, response: Response, problem: Problem): void {
  if (response.headersSent) return void response.destroy();
  if (problem.code === "unauthorized") response.setHeader("WWW-Authenticate", 'Bearer realm="Rapport"');
  // What of the body was not read is not waited for.
  if (problem.code === "too_large" || problem.code === "unsupported_media_type") response.setHeader("Connection", "close");
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem.body(app.env.APP_URL + DOCS_PATH)));
}
