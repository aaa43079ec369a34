/** `npm run migration -- NAME` writes the next migration for both dialects from the rooms' schema.ts files. */
import { defineConfig } from "drizzle-kit";

const postgres = Boolean(process.env.DATABASE_URL);

export default defineConfig({
  dialect: postgres ? "postgresql" : "sqlite",
  schema: "./app/domain/*/schema.ts",
  out: postgres ? "./drizzle/postgres" : "./drizzle/sqlite",
  casing: "snake_case",
});
