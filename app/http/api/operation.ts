/** One thing that the API does: all that is said of it stands here, and the document for programs is made from it. */
import type { z } from "zod";

import type { App } from "../../context.server";
import type { Tx } from "../../db/types";
import type { Resource } from "../../domain/integrations/token";
import type { KnownToken } from "../../domain/integrations/tokens.server";
import type { By } from "../../domain/journal/actor";

export type Asked<Query, Body> = {
  app: App;
  token: KnownToken;
  by: By;
  /** What stands for the `{names}` of the path. */
  params: Record<string, string>;
  query: Query;
  body: Body;
};

type Told = {
  /** `listOrders`; unique. */
  id: string;
  /** Under /api/v1, with `{id}` for what differs. */
  path: string;
  summary: string;
  description?: string;
  resource: Resource;
  /** Has a name in the document: `.meta({ id })`. */
  answer: z.ZodType;
};

export type ReadOperation = Told & { method: "GET"; query?: z.ZodObject; run(asked: Asked<never, undefined>): Promise<unknown> };

export type Changed = { value: unknown; /** Public id of what was made: named in Location. */ made?: string };

export type WriteOperation = Told & {
  method: "POST" | "PATCH" | "PUT";
  status: 200 | 201;
  body: z.ZodType;
  /** The value as its GET would answer, for If-Match; null: there is no such thing. */
  current?(tx: Tx, asked: Asked<undefined, never>): Promise<unknown>;
  run(tx: Tx, asked: Asked<undefined, never>): Promise<Changed>;
};

export type Operation = ReadOperation | WriteOperation;

export function reads<Query extends z.ZodObject, Answer extends z.ZodType>(
  operation: Omit<ReadOperation, "method" | "query" | "answer" | "run"> & { query?: Query; answer: Answer; run(asked: Asked<z.output<Query>, undefined>): Promise<z.input<Answer>> },
): Operation {
  return { ...operation, method: "GET" } as unknown as Operation;
}

export function writes<Body extends z.ZodType, Answer extends z.ZodType>(
  operation: Omit<WriteOperation, "body" | "answer" | "run" | "current"> & {
    body: Body;
    answer: Answer;
    current?(tx: Tx, asked: Asked<undefined, z.output<Body>>): Promise<z.input<Answer> | null>;
    run(tx: Tx, asked: Asked<undefined, z.output<Body>>): Promise<{ value: z.input<Answer>; made?: string }>;
  },
): Operation {
  return operation as unknown as Operation;
}
