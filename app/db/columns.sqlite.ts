/**
 * Column kit for SQLite. The PostgreSQL kit exports the same names with the same row types
 * (columns.test-d.ts compares them at compile time).
 *
 * - `instant`: milliseconds since the Unix epoch, UTC.
 * - `day`: a calendar day without a zone, `YYYY-MM-DD`.
 * - `minor`: money in minor units of the row's ISO 4217 currency.
 */
import { blob, integer, real as sqliteReal, sqliteTable, text as sqliteText } from "drizzle-orm/sqlite-core";

export { index, primaryKey, uniqueIndex, foreignKey, unique } from "drizzle-orm/sqlite-core";

export const table = sqliteTable;
export const id = () => integer().primaryKey({ autoIncrement: true });
export const int = () => integer();
export const minor = () => integer();
export const instant = () => integer();
export const real = () => sqliteReal();
export const text = () => sqliteText();
export const day = () => sqliteText();
export const oneOf = <const T extends [string, ...string[]]>(values: T) => sqliteText({ enum: values });
export const bool = () => integer({ mode: "boolean" });
export const json = <T>() => sqliteText({ mode: "json" }).$type<T>();
export const bytes = () => blob({ mode: "buffer" });
