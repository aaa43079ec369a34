/**
 * The quick public handlers that stand in front of Remix: health, tracking, webhooks, server-sent events. One table,
 * so that the tests of access and CSRF can go through them all.
 */
import type { Handler } from "./http/handler";
import { streamEvents } from "./http/live.server";
import { MANIFEST_HANDLER } from "./http/manifest.server";
import { inboundMail } from "./routes/hooks/inbound.server";
import { sendgridEvents } from "./routes/hooks/sendgrid.server";
import { click } from "./routes/public/click.server";
import { open } from "./routes/public/open.server";
import { viewOnline } from "./routes/public/view-online.server";
import { unsubscribeNow } from "./routes/public/unsubscribe-now.server";

export const HANDLERS: Handler[] = [
  {
    method: "get",
    path: "/health",
    async handle(app, _request, response) {
      await app.db.read.raw("SELECT 1 AS ok");
      response.json({ ok: true });
    },
  },
  MANIFEST_HANDLER,
  { method: "get", path: "/events", handle: streamEvents },
  { method: "get", path: "/o/:file", quick: open },
  { method: "get", path: "/c/:token/:position", quick: click },
  { method: "get", path: "/v/:token", handle: viewOnline },
  { method: "post", path: "/u/:token", csrfExempt: "one-click", quick: unsubscribeNow },
  { method: "post", path: "/hooks/sendgrid", csrfExempt: "signed", handle: sendgridEvents },
  { method: "post", path: "/hooks/inbound", csrfExempt: "signed", handle: inboundMail },
];
