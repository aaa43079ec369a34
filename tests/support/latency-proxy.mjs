// A process of its own between a client and a server on loopback: every byte arrives later by half of the round trip
// that is asked for, in order, each way. `node latency-proxy.mjs TARGET_PORT ROUND_TRIP_MS` prints its port.
import { connect, createServer } from "node:net";

const [target, roundTrip] = process.argv.slice(2).map(Number);
const oneWay = roundTrip / 2;
/** What is on its way, in the order in which it arrives: the delay is the same for all. */
let onTheirWay = [];
let first = 0;
let timer = null;

function later(act) {
  onTheirWay.push({ due: performance.now() + oneWay, act });
  timer ??= setTimeout(arrive, oneWay);
}

function arrive() {
  const now = performance.now();
  // A timer fires up to a millisecond late; what is nearly due goes along.
  while (first < onTheirWay.length && onTheirWay[first].due <= now + 0.5) onTheirWay[first++].act();
  if (first > 4096 || first === onTheirWay.length) {
    onTheirWay = onTheirWay.slice(first);
    first = 0;
  }
  timer = onTheirWay.length ? setTimeout(arrive, Math.max(0, onTheirWay[first].due - performance.now())) : null;
}

function pour(from, to) {
  from.on("data", (data) =>
    later(() => {
      if (!to.destroyed && !to.write(data)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    }),
  );
  from.on("end", () => later(() => to.end()));
  from.on("close", () => later(() => to.destroy()));
  from.on("error", () => later(() => to.destroy()));
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const upstream = connect({ port: target, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  pour(client, upstream);
  pour(upstream, client);
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 1024 }, () => process.stdout.write(`${server.address().port}\n`));
// Ends with the process that started it.
process.stdin.on("end", () => process.exit(0)).resume();
