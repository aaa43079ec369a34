/** The other side of a webhook: listens on loopback, keeps what came, and answers as told. */
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Got = { id: string; timestamp: number; signature: string; body: string; at: number };

export type Receiver = { url: string; got: Got[]; /** Status of the next answers. */ answer(status: number | ((got: Got) => number)): void; close(): Promise<void> };

export async function aReceiver(): Promise<Receiver> {
  const got: Got[] = [];
  let status: number | ((got: Got) => number) = 204;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = request.headers;
    const one = { id: String(id), timestamp: Number(timestamp), signature: String(signature), body: Buffer.concat(chunks).toString("utf8"), at: Date.now() };
    got.push(one);
    response.writeHead(typeof status === "number" ? status : status(one)).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    answer: (next) => void (status = next),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** As Standard Webhooks describes it, written down a second time. */
export function isSignedBy(secret: string, { id, timestamp, signature, body }: Got): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const wanted = `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  return signature.split(" ").includes(wanted);
}
