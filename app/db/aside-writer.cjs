/* Runs in a thread of its own, evaluated from text: it writes and waits for the disk while the process goes on. */
const { createRequire } = require("node:module");
const { parentPort, workerData } = require("node:worker_threads");

// Whoever only loads this file has no thread of ours.
if (parentPort) {
  const BetterSqlite = createRequire(workerData.from)("better-sqlite3");
  const connection = new BetterSqlite(workerData.file, { timeout: 10_000 });
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  connection.pragma("cache_size = -65536");
  connection.pragma("wal_autocheckpoint = 16000");
  const statements = new Map();

  function prepare(text) {
    let statement = statements.get(text);
    if (!statement) statements.set(text, (statement = connection.prepare(text)));
    return statement;
  }

  parentPort.on("message", ({ id, text, params }) => {
    try {
      // A statement by itself is a transaction, and begins as a writer.
      const statement = prepare(text);
      const rows = statement.reader ? statement.all(...params) : void statement.run(...params);
      parentPort.postMessage({ id, rows });
    } catch (error) {
      parentPort.postMessage({ id, fault: { message: error.message, code: error.code } });
    }
  });
}
