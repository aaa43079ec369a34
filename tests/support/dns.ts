/** A DNS server on a loopback port that knows these TXT and MX records and nothing else (RFC 1035 messages over UDP). */
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";

const TXT = 16;
const MX = 15;

export async function dnsServer(records: { txt?: Record<string, string[]>; mx?: Record<string, string> }): Promise<{ resolver: Resolver; close(): void }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (; query[at]; at += query[at]! + 1) labels.push(query.toString("latin1", at + 1, at + 1 + query[at]!));
    const type = query.readUInt16BE(at + 1);
    const name = labels.join(".").toLowerCase();
    const answers = type === TXT ? (records.txt?.[name] ?? []).map(text) : type === MX && records.mx?.[name] ? [exchange(records.mx[name])] : [];
    const known = [...Object.keys(records.txt ?? {}), ...Object.keys(records.mx ?? {})].includes(name);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
    head.writeUInt16BE(answers.length, 6);
    head.fill(0, 8, 12);
    const resource = (data: Buffer) => {
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc00c, 0);
      fixed.writeUInt16BE(type, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(60, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    };
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...answers.map(resource)]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return { resolver, close: () => void socket.close() };
}

/** Long texts are cut into strings of at most 255 bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat(parts);
}

function exchange(host: string): Buffer {
  const labels = host.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([0, 10]), ...labels, Buffer.from([0])]);
}
