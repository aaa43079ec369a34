/** The document for programs (OpenAPI 3.1), made from the same schemas that requests are held against. */
import { z } from "zod";

import { API_ACCESS } from "../../access";
import { PATH_WORDS } from "../../domain/integrations/resources/shape";
import { SCOPES } from "../../domain/integrations/token";
import { EVENT_TYPE_NAMES, webhookMessageSchema } from "../../domain/integrations/webhook";
import type { Operation } from "./operation";
import { problemSchema, PROBLEMS, type ProblemCode } from "./problem";

type Json = Record<string, unknown>;

const nameOf = (schema: z.ZodType) => {
  const id = z.globalRegistry.get(schema)?.id;
  if (!id) throw new Error("a schema of the API has no name");
  return id;
};
const ref = (schema: z.ZodType) => ({ $ref: `#/components/schemas/${nameOf(schema)}` });

export function openApiDocument(operations: readonly Operation[], server: string): Json {
  return {
    openapi: "3.1.1",
    info: {
      title: "Rapport",
      version: "1",
      description:
        "Customers, orders and all that hangs on them. Times are ISO 8601 in UTC; money is a whole number of minor units with its ISO 4217 currency; ids are UUIDs. " +
        "Fields that are not known are refused. A PATCH changes what is given; null empties a field.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: `${server}/api/v1` }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map((one) => one.resource))].map((name) => ({ name })),
    paths: pathsOf(operations),
    webhooks: webhooksOf(),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: `A token from Settings → API. Scopes: ${SCOPES.join(", ")}` } },
      headers: {
        RateLimit: { description: "What is left in this minute, and seconds until it ends: `\"minute\";r=599;t=42`", schema: { type: "string" } },
        ETag: { description: "Send it as If-Match to change only what you have read", schema: { type: "string" } },
        Location: { description: "Where the new thing is", schema: { type: "string" } },
      },
      responses: { Problem: { description: "Why it was not done (RFC 9457)", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } } },
      schemas: schemasOf(operations),
    },
  };
}

function pathsOf(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method.toLowerCase()] = operationOf(operation);
  return paths;
}

/** What endpoints are sent (Standard Webhooks). */
function webhooksOf(): Json {
  const header = (name: string, description: string) => ({ name, in: "header", required: true, description, schema: { type: "string" } });
  const parameters = [
    header("webhook-id", "The same at every attempt: what has been seen is seen again"),
    header("webhook-timestamp", "Seconds since 1970: refuse what is older than five minutes"),
    header("webhook-signature", "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several with blanks between while a secret is changed"),
  ];
  const post = {
    parameters,
    requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/WebhookMessage" } } } },
    responses: { 204: { description: "Taken: any answer of 2xx within ten seconds" }, 410: { description: "Gone: nothing more is sent" } },
  };
  return Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [type, { post: { ...post, summary: type } }]));
}

function operationOf(operation: Operation): Json {
  const isRead = operation.method === "GET";
  const status = isRead ? 200 : operation.status;
  const scope = API_ACCESS[operation.path]?.[isRead ? "read" : "write"];
  const headers = {
    RateLimit: { $ref: "#/components/headers/RateLimit" },
    ETag: { $ref: "#/components/headers/ETag" },
    ...(status === 201 && { Location: { $ref: "#/components/headers/Location" } }),
  };
  return {
    operationId: operation.id,
    tags: [operation.resource],
    summary: operation.summary,
    description: `${operation.description ? `${operation.description} ` : ""}Scope: \`${scope}\`.`,
    parameters: parametersOf(operation),
    ...(!isRead && { requestBody: { required: true, content: { "application/json": { schema: ref(operation.body) } } } }),
    responses: {
      [status]: { description: "Done", headers, content: { "application/json": { schema: ref(operation.answer) } } },
      ...Object.fromEntries(statusesOf(operation).map((one) => [one, { $ref: "#/components/responses/Problem" }])),
    },
  };
}

function statusesOf(operation: Operation): number[] {
  const codes: ProblemCode[] = ["unauthorized", "forbidden", "too_many_requests", "broken"];
  if (operation.method === "GET") codes.push("bad_parameter");
  else codes.push("bad_request", "conflict", "too_large", "unsupported_media_type", "invalid", "disk_full");
  if (operation.path.includes("{")) codes.push("not_found");
  if (operation.method !== "GET" && operation.current) codes.push("changed_meanwhile");
  return [...new Set(codes.map((code) => PROBLEMS[code][0]))].toSorted((a, b) => a - b);
}

function parametersOf(operation: Operation): Json[] {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string", ...(PATH_WORDS[name!] ? { pattern: PATH_WORDS[name!]!.source } : { format: "uuid" }) } }));
  if (operation.method !== "GET") {
    const header = (name: string, description: string) => ({ name, in: "header", required: false, description, schema: { type: "string", maxLength: 255 } });
    return [
      ...inPath,
      header("Idempotency-Key", "The same key with the same body is carried out once, and answered with the same words for 24 hours"),
      ...(operation.current ? [header("If-Match", "The ETag of what you have read: refused with 412 when it was changed since")] : []),
    ];
  }
  const json = z.toJSONSchema(operation.query ?? z.object({}), { io: "input", unrepresentable: "any" }) as { properties?: Record<string, Json>; required?: string[] };
  return [
    ...inPath,
    ...Object.entries(json.properties ?? {}).map(([name, { description, ...schema }]) => ({
      name, in: "query", required: json.required?.includes(name) ?? false, ...(description !== undefined && { description }), schema,
    })),
  ];
}

/** Every schema that has a name, once: what is sent as it is put in, what is answered as it comes out. */
function schemasOf(operations: readonly Operation[]): Json {
  const convert = (schemas: readonly z.ZodType[], io: "input" | "output") => {
    const registry = z.registry<{ id: string }>();
    for (const schema of schemas) if (!registry.has(schema)) registry.add(schema, { id: nameOf(schema) });
    const { __shared, ...own } = z.toJSONSchema(registry, { io, unrepresentable: "any", uri: (id) => `#/components/schemas/${id}` }).schemas;
    // What these have in common is put aside by zod, under a name of its own.
    return JSON.parse(JSON.stringify({ ...own, ...(__shared as { $defs?: Json } | undefined)?.$defs }).replaceAll("/__shared#/$defs/", "/")) as Json;
  };
  const bodies = operations.flatMap((one) => (one.method === "GET" ? [] : [one.body]));
  const made = { ...convert(bodies, "input"), ...convert(operations.map((one) => one.answer), "output"), Problem: z.toJSONSchema(problemSchema), WebhookMessage: z.toJSONSchema(webhookMessageSchema) };
  return Object.fromEntries(Object.entries(made).map(([id, schema]) => [id, withoutIds(schema as Json)]));
}

function withoutIds(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !["$schema", "$id", "id"].includes(key)));
}
