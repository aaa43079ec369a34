/** The rule format as a JSON Schema (2020-12), made from the registry: docs/segment-rules.schema.json is this. */
import type { Input } from "../customers/segment-field";
import type { FieldInfo } from "./check";
import { MATCHES } from "./rule";

export function rulesJsonSchema(fields: readonly FieldInfo[]): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Segment rules",
    description:
      "Which customers: groups of clauses and groups. Money in minor units of the customer's currency; days as YYYY-MM-DD of each customer's own calendar.",
    $ref: "#/$defs/group",
    $defs: {
      group: {
        type: "object",
        required: ["match", "rules"],
        properties: {
          match: { enum: [...MATCHES], description: "all of the rules hold, at least one (any), or not one (none)" },
          rules: { type: "array", items: { anyOf: [{ $ref: "#/$defs/group" }, { $ref: "#/$defs/clause" }] } },
        },
        additionalProperties: false,
      },
      clause: { anyOf: fields.flatMap(clauseSchemas) },
    },
  };
}

function clauseSchemas(field: FieldInfo): object[] {
  return field.operators.map(({ key, inputs }) => ({
    type: "object",
    required: inputs.length ? ["field", "op", "value"] : ["field", "op"],
    properties: { field: { const: field.key }, op: { const: key }, ...(inputs.length && { value: valueSchema(inputs) }) },
  }));
}

function valueSchema(inputs: readonly Input[]): object {
  const [only] = inputs;
  if (inputs.length === 1 && only) return inputSchema(only);
  return {
    type: "object",
    required: inputs.map((input) => input.name),
    properties: Object.fromEntries(inputs.map((input) => [input.name, inputSchema(input)])),
  };
}

function inputSchema(input: Input): object {
  switch (input.kind) {
    case "choices":
      return { type: "array", minItems: 1, maxItems: 200, uniqueItems: true, items: oneOf(input.of) };
    case "choice":
      return oneOf(input.of);
    case "text":
      return { type: "string", minLength: 1, maxLength: input.maxLength };
    case "number":
      return { type: "integer", minimum: input.min, maximum: input.max };
    case "money":
      return { type: "integer", minimum: 0 };
    case "day":
      return { type: "string", format: "date" };
  }
}

function oneOf(of: readonly string[] | "loaded"): object {
  return of === "loaded" ? { type: "string", minLength: 1, maxLength: 200 } : { enum: [...of] };
}
