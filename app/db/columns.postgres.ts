/** Column kit for PostgreSQL: the same names and row types as columns.sqlite.ts. */
import { bigint, boolean, customType, doublePrecision, jsonb, pgTable, text as pgText } from "drizzle-orm/pg-core";

export { index, primaryKey, uniqueIndex, foreignKey, unique } from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const table = pgTable;
export const id = () => bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity();
export const int = () => bigint({ mode: "number" });
export const minor = () => bigint({ mode: "number" });
export const instant = () => bigint({ mode: "number" });
export const real = () => doublePrecision();
export const text = () => pgText();
export const day = () => pgText();
export const oneOf = <const T extends [string, ...string[]]>(values: T) => pgText({ enum: values });
export const bool = () => boolean();
export const json = <T>() => jsonb().$type<T>();
export const bytes = () => bytea();
