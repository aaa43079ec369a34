/** A client of the API over a real socket, and the document that its answers are held against. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import { expect } from "vitest";

import { createToken } from "../../app/domain/integrations/tokens.server";
import { SCOPES, type Scope } from "../../app/domain/integrations/token";
import type { TestApp } from "./app";
import { at } from "./factories";

/** What tests look at; that it is all of what the document says is held against its schema. */
type Body = Record<string, unknown> & {
  id: string; code: string; next: string | null; data: (Record<string, unknown> & { id: string; name: string })[];
  errors: { pointer: string; parameter: string; code: string }[];
};

export type Answered = { status: number; headers: Headers; body: Body; text: string };

type Document = { paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; content?: Record<string, { schema: { $ref: string } }> }> }>> };

export type Client = {
  token: string;
  document: Document;
  /** Every operation that a test has asked for, as `GET /parties/{id}`. */
  asked: Set<string>;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
};

/** Asks as programs do; every answer must be of the form that the document promises for it. */
export async function aClient(app: TestApp, scopes: readonly Scope[] = SCOPES, asked = new Set<string>()): Promise<Client> {
  const { token } = await app.db.write((tx) => createToken(tx, at(Date.now()), { name: "test", scopes, expiresAt: null }));
  const document = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as Document;
  const holdsTo = answersOf(document);
  return {
    token,
    document,
    asked,
    async ask(method, path, body, headers = {}) {
      const response = await fetch(`${app.url}/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answered = { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {}, text };
      const operation = holdsTo(method, path.replace(/\?.*/, ""), answered);
      if (operation) asked.add(operation);
      return answered;
    },
  };
}

function answersOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, "document");
  const compiled = new Map<string, ValidateFunction>();
  const validator = (pointer: string) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `document${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  return (method: string, path: string, { status, headers, body, text }: Answered): string | null => {
    const template = Object.keys(document.paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
    const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
    const type = headers.get("content-type")?.split(";")[0];
    if (status >= 400) {
      expect([method, path, type], text).toEqual([method, path, "application/problem+json"]);
      const holds = validator("#/components/schemas/Problem");
      expect([holds(body), holds.errors], text).toEqual([true, null]);
      if (operation) expect(Object.keys(operation.responses), `${method} ${path} answers ${status}`).toContain(String(status));
      return null;
    }
    if (status === 304) return null;
    expect(operation, `${method} ${path} is not in the document`).toBeTruthy();
    const schema = operation!.responses[String(status)]?.content?.[type ?? ""]?.schema.$ref;
    expect(schema, `${method} ${path} answers ${status} ${type}`).toBeTruthy();
    const holds = validator(schema!);
    expect([method, path, holds(body), holds.errors], text).toEqual([method, path, true, null]);
    return `${method} ${template}`;
  };
}
