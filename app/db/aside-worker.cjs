/* Runs in a thread of its own, evaluated from text: reads that take long, beside the pages that must not wait for them. */
const { createRequire } = require("node:module");
const { parentPort, workerData } = require("node:worker_threads");

// Whoever only loads this file has no thread of ours.
if (parentPort) {
  const BetterSqlite = createRequire(workerData.from)("better-sqlite3");
  const connection = new BetterSqlite(workerData.file, { timeout: 10_000, readonly: true });
  connection.pragma("cache_size = -65536");
  connection.pragma("temp_store = MEMORY");
  const statements = new Map();

  function prepare(text) {
    let statement = statements.get(text);
    if (!statement) {
      if (statements.size >= 200) statements.delete(statements.keys().next().value);
      statements.set(text, (statement = connection.prepare(text)));
    }
    return statement;
  }

  parentPort.on("message", ({ id, text, params, asArrays }) => {
    try {
      parentPort.postMessage({ id, rows: prepare(text).raw(asArrays).all(...params) });
    } catch (error) {
      parentPort.postMessage({ id, fault: { message: error.message, code: error.code } });
    }
  });
}
