/** The HTTP server: quick public handlers first, then Remix. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { createRequestHandler } from "@remix-run/express";
import type { ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type Express } from "express";
import { v4 } from "uuid";
import * as build from "virtual:remix/server-build";

import { openApp, requireItsKey, type App } from "./context.server";
import { readEnv } from "./env.server";
import { requestContext } from "./http/request-context.server";
import { guarded } from "./http/guard.server";
import { HANDLERS } from "./handlers.server";
import { apiListener } from "./http/api/listener.server";
import { endStreams } from "./http/live.server";
import { quickListener } from "./http/quick.server";
import { refuseForeignPosts, securityHeaders } from "./http/security.server";
import { runMain } from "./process.server";
import { OPERATIONS } from "./routes/api/operations.server";

export { openApp };

export type Served = { url: string; app: App; close(): Promise<void> };

const FINISH_MS = 5_000;

/** Starts to serve. The database must be migrated. Port 0 takes any free one. */
export async function serve(app: App): Promise<Served> {
  const server = listener(app).listen(app.env.PORT, app.env.HOST);
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${app.env.HOST}:${port}`,
    app,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      endStreams(app);
      // Whoever is being answered gets the answer, and its connection is not kept; the database stays open for that long.
      server.closeIdleConnections();
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const cut = setTimeout(() => server.closeAllConnections(), FINISH_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
      await app.close();
    },
  };
}

/**
 * For how long an idle connection stays open, ms: longer than the proxies and browsers in front of us keep theirs, so that
 * no request arrives at the moment we hang up (nginx: 60 s).
 */
const KEEP_ALIVE = 75_000;

/** The links of mails first (they are many, and need nothing), then express, and Remix behind it. */
function listener(app: App): Server {
  const quick = quickListener(app, HANDLERS);
  const http = httpApp(app);
  return createServer({ keepAliveTimeout: KEEP_ALIVE }, (request, response) => void (quick(request, response) || http(request, response)));
}

/** For how long the rest of a refused body is listened to, so that whoever sends it hears the answer, ms. */
const REST = 5_000;

/** Answered before the body was all in: nobody reads the rest, and the next request on this connection would wait behind it. */
function letGoOfRest(request: express.Request, response: express.Response, next: express.NextFunction): void {
  response.once("finish", () => {
    if (request.complete) return;
    request.removeAllListeners("data").resume();
    setTimeout(() => request.complete || request.socket.destroy(), REST).unref();
  });
  next();
}

function httpApp(app: App): Express {
  const http = express();
  http.disable("x-powered-by");
  http.set("trust proxy", app.env.TRUSTED_PROXIES);
  http.use((request, response, next) => {
    const started = performance.now();
    response.locals.requestId = v4();
    response.on("finish", () => {
      const ms = Math.round(performance.now() - started);
      // The path without its query and with plain short words only: logs hold no personal data and no secret.
      const path = request.path.replace(/\/(?![\w.-]{1,19}(?:\/|$))[^/]+/g, "/…");
      app.log.info({ id: response.locals.requestId, method: request.method, path, status: response.statusCode, ms }, "request");
    });
    next();
  });
  http.use(letGoOfRest);
  http.use(securityHeaders(app.env));
  // Before the test of where a post comes from: cookies count for nothing there, so that no page can post in somebody's name.
  http.use("/api", apiListener(app, OPERATIONS));
  const exempt = HANDLERS.filter((h) => "handle" in h && h.csrfExempt).map((h) => new RegExp(`^${h.path.replace(/:\w+/g, "[^/]+")}/?$`));
  http.use(refuseForeignPosts(app.env, ({ method, path }) => method === "POST" && exempt.some((pattern) => pattern.test(path))));
  for (const handler of HANDLERS)
    if ("handle" in handler) {
      const { method, path, handle } = handler;
      http[method](path, (request, response, next) => Promise.resolve(handle(app, request, response)).catch(next));
    }

  http.use("/assets", express.static(join("build", "client", "assets"), { immutable: true, maxAge: "1y" }));
  http.use(express.static(join("build", "client"), { maxAge: "1h" }));
  http.use(compression());
  http.all(
    "*",
    createRequestHandler({
      build: guarded(build as unknown as ServerBuild),
      mode: "production",
      getLoadContext: (request, response) => requestContext(app, request, response),
    }),
  );
  http.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    if (error instanceof URIError) return void response.status(400).type("text/plain").send("This address cannot be read.");
    app.log.error({ err: error, id: response.locals.requestId }, "request failed");
    if (response.headersSent) return next(error);
    response.status(500).type("text/plain").send("Something went wrong on our side. Please try again.");
  });
  return http;
}

runMain(import.meta.url, async () => {
  const app = openApp(readEnv());
  await requireItsKey(app);
  const served = await serve(app);
  served.app.log.info({ url: served.url }, "serving");
  process.send?.({ url: served.url });
  return served.close;
});
