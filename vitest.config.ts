import tsconfigPaths from "vite-tsconfig-paths";
import { defineConfig } from "vitest/config";

const common = { environment: "node" as const, testTimeout: 60_000, hookTimeout: 120_000 };
/** Files of one worker share the modules they load: loading them anew for each took half of the time. */
const shared = { ...common, isolate: false };
/** These put something in a module's place, and must be the first to load it. */
const ALONE = { unit: "app/http/live.test.ts", db: "tests/db/accounts.test.ts" };
const POSTGRES = {
  globalSetup: ["tests/support/setup-build.ts", "tests/support/setup-postgres.ts"],
  // Only says which dialect: the address of the scratch server comes from the set-up.
  env: { DATABASE_URL: "postgres://scratch", SECRET_KEY: "0123456789abcdef0123456789abcdef" },
};

/** One project per kind of test; database tests run once per dialect. */
export default defineConfig({
  plugins: [tsconfigPaths()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          include: ["app/**/*.test.{ts,tsx}", "drizzle/**/*.test.ts", "tests/house/**/*.test.ts", "tests/security/**/*.unit.test.ts"],
          exclude: [ALONE.unit],
        },
      },
      { extends: true, test: { ...common, name: "unit-alone", include: [ALONE.unit] } },
      {
        extends: true,
        test: { ...shared, name: "db-sqlite", include: ["tests/db/**/*.test.ts"], exclude: [ALONE.db], globalSetup: "tests/support/setup-sqlite.ts" },
      },
      { extends: true, test: { ...common, name: "db-sqlite-alone", include: [ALONE.db], globalSetup: "tests/support/setup-sqlite.ts" } },
      {
        extends: true,
        test: {
          ...shared,
          ...POSTGRES,
          name: "db-postgres",
          include: ["tests/db/**/*.test.ts"],
          exclude: [ALONE.db],
        },
      },
      { extends: true, test: { ...common, ...POSTGRES, name: "db-postgres-alone", include: [ALONE.db] } },
      {
        extends: true,
        test: {
          ...shared,
          name: "http",
          include: ["tests/{http,security,faults,real}/**/*.test.ts"],
          exclude: ["tests/faults/**/*.db.test.ts", "tests/security/**/*.unit.test.ts"],
          globalSetup: ["tests/support/setup-build.ts", "tests/support/setup-sqlite.ts"],
        },
      },
      // Faults that are done to built processes, on either database.
      {
        extends: true,
        test: {
          ...common,
          name: "faults-sqlite",
          include: ["tests/faults/**/*.db.test.ts"],
          globalSetup: ["tests/support/setup-build.ts", "tests/support/setup-sqlite.ts"],
        },
      },
      {
        extends: true,
        test: {
          ...common,
          ...POSTGRES,
          name: "faults-postgres",
          include: ["tests/faults/**/*.db.test.ts"],
        },
      },
    ],
    // Two more than the smallest machine has cores: many tests wait, for a server, a retry, a relay.
    maxWorkers: 4,
  },
});
