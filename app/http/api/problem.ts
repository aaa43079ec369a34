/** What the API answers when it does not do what was asked: RFC 9457, application/problem+json. */
import { z } from "zod";

export const PROBLEMS = {
  bad_request: [400, "The request cannot be read"],
  bad_parameter: [400, "A parameter is wrong"],
  bad_cursor: [400, "The cursor is none of ours, or belongs to another list"],
  unauthorized: [401, "A token is needed"],
  forbidden: [403, "The token may not do this"],
  not_found: [404, "There is no such thing"],
  method_not_allowed: [405, "This cannot be done here"],
  conflict: [409, "It does not fit what is there"],
  in_flight: [409, "The same request is being carried out"],
  changed_meanwhile: [412, "It was changed since you read it"],
  too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body must be application/json in UTF-8"],
  invalid: [422, "The body is not what is wanted here"],
  key_reused: [422, "The Idempotency-Key was used for another request"],
  too_many_requests: [429, "Too many requests"],
  broken: [500, "Something went wrong on our side"],
  disk_full: [507, "Nothing can be saved: the disk is full"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

const fieldError = z.strictObject({
  /** RFC 6901, into the body. */
  pointer: z.string().optional().describe("JSON Pointer (RFC 6901) into the body"),
  parameter: z.string().optional().describe("Name of the query parameter or header"),
  code: z.string().describe("What is wrong, in a word that stays the same"),
  detail: z.string(),
});
export type FieldError = z.infer<typeof fieldError>;

export const problemSchema = z.strictObject({
  type: z.string().describe("Names the kind of problem: the address of its description"),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string().optional(),
  errors: z.array(fieldError).optional(),
});

/** Thrown where a request cannot be carried out; whatever its transaction has written is taken back. */
export class Problem extends Error {
  override name = "Problem";
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly errors: FieldError[] = [],
  ) {
    super(detail ?? code);
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  body(docs: string): z.infer<typeof problemSchema> {
    const [status, title] = PROBLEMS[this.code];
    return { type: `${docs}#${this.code}`, title, status, code: this.code, ...(this.detail && { detail: this.detail }), ...(this.errors.length && { errors: this.errors }) };
  }
}

/** One field of the body is wrong in a way that only the command can tell. */
export function wrongField(pointer: string, code: string, detail: string): Problem {
  return new Problem("invalid", undefined, [{ pointer, code, detail }]);
}

/** What zod found, a line for each field. */
export function fieldErrors(error: z.ZodError, at: (pointer: string) => Pick<FieldError, "pointer" | "parameter">): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const pointer = issue.path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ ...at(`${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`), code: "unknown_field", detail: "is not known here" }));
    return [{ ...at(pointer), code: issue.code, detail: issue.message }];
  });
}
