/** The document for programs, cut down to what a page for people shows. */
import { API_ACCESS } from "~/access";
import { openApiDocument } from "~/http/api/openapi";
import { OPERATIONS } from "./operations.server";

type Json = Record<string, unknown>;
type Schema = { type?: string | string[]; $ref?: string; enum?: unknown[]; const?: unknown; anyOf?: Schema[]; items?: Schema; format?: string; description?: string; properties?: Record<string, Schema>; required?: string[] };

export function describeApi(server: string) {
  const document = openApiDocument(OPERATIONS, server) as { paths: Record<string, Record<string, Json>>; components: { schemas: Record<string, Schema> } };
  const operations = OPERATIONS.map((one) => {
    const told = document.paths[one.path]![one.method.toLowerCase()] as { parameters: { name: string; in: string }[]; requestBody?: Json; responses: Json };
    const names = (value: unknown) => [...JSON.stringify(value ?? null).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name as string);
    return {
      id: one.id,
      resource: one.resource,
      method: one.method,
      path: one.path,
      summary: one.summary,
      scope: API_ACCESS[one.path]?.[one.method === "GET" ? "read" : "write"] ?? null,
      query: told.parameters.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name),
      body: names(told.requestBody)[0] ?? null,
      answer: names(told.responses)[0] ?? null,
    };
  });
  const schemas = Object.entries(document.components.schemas)
    .filter(([, schema]) => schema.properties)
    .map(([name, schema]) => ({ name, fields: fieldsOf(schema) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return { operations, schemas };
}

function fieldsOf({ properties = {}, required = [] }: Schema) {
  return Object.entries(properties).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: required.includes(name),
    description: field.description ?? field.anyOf?.find((one) => one.description)?.description ?? null,
  }));
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.replace(/^.*\//, "");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return [schema.type, schema.format && `(${schema.format})`].flat().filter(Boolean).join(" ") || "anything";
}
