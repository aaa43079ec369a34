/* Runs in a process of its own, evaluated from text: reads that may be given up. Whoever gives one up kills the process. */
const { createRequire } = require("node:module");

const [from, file] = process.argv.slice(1);

// Whoever only loads this file has no parent that asks.
if (process.send && file) {
  const BetterSqlite = createRequire(from)("better-sqlite3");
  const connection = new BetterSqlite(file, { timeout: 10_000, readonly: true });
  connection.pragma("cache_size = -65536");
  connection.pragma("temp_store = MEMORY");

  process.on("message", ({ text, params, asArrays }) => {
    try {
      process.send({ rows: connection.prepare(text).raw(asArrays).all(...params) });
    } catch (error) {
      process.send({ fault: { message: error.message, code: error.code } });
    }
  });
  process.on("disconnect", () => process.exit(0));
}
