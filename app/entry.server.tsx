/** Pages are rendered whole before they leave: no half page when something throws, and the length is known. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";

import type { AppLoadContext, EntryContext } from "@remix-run/node";
import { RemixServer } from "@remix-run/react";
import type { ReactElement } from "react";
import { renderToPipeableStream } from "react-dom/server";

import { messagesOf } from "./i18n/messages.server";
import { MessagesContext } from "./ui/messages-context";
import { NonceContext } from "./ui/nonce";
import { titled } from "./ui/page-title";

export default async function handleRequest(request: Request, status: number, headers: Headers, remix: EntryContext, context: AppLoadContext) {
  const html = await rendered(
    <NonceContext.Provider value={context.cspNonce}>
      <MessagesContext.Provider value={{ locale: context.locale, messages: messagesOf(context.locale) }}>
        <RemixServer context={remix} url={request.url} nonce={context.cspNonce} />
      </MessagesContext.Provider>
    </NonceContext.Provider>,
  );
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Cache-Control", headers.get("Cache-Control") ?? "private, no-store");
  return new Response(titled(html), { status, headers });
}

/**
 * React 18 writes pages in pieces of 2 KiB. Where a letter of several bytes does not fit the end of one (ł, đ, all of
 * Cyrillic), it leaves NULs there (facebook/react#24985): they are no part of any page.
 */
function rendered(page: ReactElement): Promise<string> {
  return new Promise((resolve, reject) => {
    const out = new PassThrough();
    const { pipe, abort } = renderToPipeableStream(page, {
      onAllReady() {
        clearTimeout(deadline);
        pipe(out);
        text(out).then((html) => resolve(html.replaceAll("\0", "")), reject);
      },
      onShellError: reject,
      onError: reject,
    });
    const deadline = setTimeout(abort, 15_000);
  });
}

/** Called for what a loader, an action or the rendering threw and nobody expected. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }) {
  if (request.signal.aborted) return;
  context.app.log.error({ err: error, id: context.requestId }, "request failed");
}
