/**
 * Loaded into a process with --require: kills it (SIGKILL) as soon as so many statements have run on a database
 * (KILL_AT); with KILL_SENT as soon as the statement is on its way. Says how many there were when it ends by itself.
 */
const Sqlite = require("better-sqlite3");
const pg = require("pg");

const at = Number(process.env.KILL_AT);
let count = 0;

const { exec } = Sqlite.prototype;
Sqlite.prototype.exec = function (...given) {
  const done = exec.apply(this, given);
  if (++count === at) process.kill(process.pid, "SIGKILL");
  return done;
};

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (...given) {
  const answer = query.apply(this, given);
  const isDue = ++count === at;
  if (isDue && process.env.KILL_SENT) setImmediate(() => process.kill(process.pid, "SIGKILL"));
  return isDue && !process.env.KILL_SENT ? answer.finally(() => process.kill(process.pid, "SIGKILL")) : answer;
};

process.on("exit", () => process.stderr.write(`statements: ${count}\n`));
