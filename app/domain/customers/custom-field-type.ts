export const FIELD_TYPES = ["text", "number", "day", "choice", "yes_no"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];
