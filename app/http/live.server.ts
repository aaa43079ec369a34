/**
 * Server-sent events: one follower of the change log per process, fanned out to the open pages. An event says which
 * topics changed and nothing else; the page then asks its own loader, which checks again who may see what.
 */
import type { Request, Response } from "express";

import type { App } from "../context.server";
import type { Database } from "../db/types";
import { watchChanges } from "../db/watch.server";
import { resolveSession } from "../domain/accounts/sessions.server";
import { findLastChangeId, listChangesAfter } from "../domain/journal/journal.server";
import { permittedTopics } from "./live-topics";

/** A stream ends after this long; the browser comes back by itself, and its session is checked anew. */
const STREAM_MS = 10 * 60_000;
const HEARTBEAT_MS = 20_000;
/** A page is asked to look again at what happened between its loading and its stream's opening. */
const LOOK_BACK_MS = 15_000;
/** On PostgreSQL a lower id can be committed after a higher one: the last few are looked at again. */
const LOOK_BACK_ROWS = 200;
const BATCH = 1_000;

type Change = { id: number; topic: string };
type Listener = (changes: Change[]) => void;

/** GET /events?as=staff|portal&topic=…&topic=… */
export async function streamEvents(app: App, request: Request, response: Response): Promise<void> {
  const audience = request.query.as === "staff" ? "staff" : "customer";
  const secure = app.env.APP_URL.startsWith("https:");
  // A page that is left at once closes its stream while its session is still being looked up.
  let isGone = false;
  response.on("close", () => {
    isGone = true;
  });
  const { actor } = await resolveSession(app.db, audience, request.headers.cookie, secure);
  const topics = new Set(permittedTopics(actor ?? { kind: "anonymous" }, [request.query.topic ?? []].flat().map(String)));
  if (isGone) return;
  if (!actor || topics.size === 0) {
    // 204 tells an EventSource not to come back (HTML Standard, server-sent events).
    response.status(actor ? 403 : 204).end();
    return;
  }

  response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  response.write("retry: 2000\n\n");

  const tell: Listener = (changes) => {
    const mine = changes.filter((change) => topics.has(change.topic));
    if (mine.length === 0) return;
    response.write(`id: ${mine.at(-1)!.id}\nevent: change\ndata: ${[...new Set(mine.map((c) => c.topic))].join(" ")}\n\n`);
  };
  const streams = streamsOf(app);
  streams.add(response);
  const stop = followerOf(app).add(tell);
  const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
  const end = setTimeout(() => response.end(), STREAM_MS);
  response.on("close", () => {
    streams.delete(response);
    stop();
    clearInterval(heartbeat);
    clearTimeout(end);
  });
  tell(await missedChanges(app, request.get("Last-Event-ID")));
}

const open = new WeakMap<Database, Set<Response>>();

function streamsOf({ db }: Pick<App, "db">): Set<Response> {
  let streams = open.get(db);
  if (!streams) open.set(db, (streams = new Set()));
  return streams;
}

/** Ends every stream of this process: it is about to stop, and the pages come back to the next one. */
export function endStreams(app: Pick<App, "db">): void {
  for (const response of streamsOf(app)) response.end();
}

/** What an opening stream has not been told: everything since its last event, or the last seconds. */
async function missedChanges(app: App, lastEventId: string | undefined): Promise<Change[]> {
  if (lastEventId && /^\d{1,15}$/.test(lastEventId)) return listChangesAfter(app.db.read, Number(lastEventId), BATCH);
  return app.db.read.raw<Change>("SELECT id, topic FROM change_log WHERE at >= ? ORDER BY id", [app.clock() - LOOK_BACK_MS]);
}

const followers = new WeakMap<Database, Follower>();

function followerOf(app: App): Follower {
  let follower = followers.get(app.db);
  if (!follower) {
    follower = new Follower(app);
    followers.set(app.db, follower);
  }
  return follower;
}

/** Follows the change log while anybody listens. */
class Follower {
  private readonly listeners = new Set<Listener>();
  private stopWatching: (() => void) | undefined;
  private last: number | undefined;
  private told = new Set<number>();
  private looking = false;
  private lookAgain = false;

  constructor(private readonly app: App) {}

  add(listener: Listener): () => void {
    this.listeners.add(listener);
    if (!this.stopWatching) {
      this.last = undefined;
      this.stopWatching = watchChanges(this.app.env, this.app.db.dialect, () => void this.look());
      void this.look();
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stopWatching?.();
      this.stopWatching = undefined;
    };
  }

  private async look(): Promise<void> {
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    try {
      do {
        this.lookAgain = false;
        await this.readNew();
      } while (this.lookAgain);
    } catch (error) {
      // The next look tries again: the watcher keeps calling.
      if (this.stopWatching) this.app.log.warn({ err: error }, "the change log could not be read");
    } finally {
      this.looking = false;
    }
  }

  private async readNew(): Promise<void> {
    const db = this.app.db.read;
    if (this.last === undefined) {
      this.last = await findLastChangeId(db);
      this.told = new Set((await listChangesAfter(db, this.from(), BATCH)).map((change) => change.id));
      return;
    }
    if (db.speaks === "sqlite" && (await findLastChangeId(db)) === this.last) return;
    const recent = await listChangesAfter(db, this.from(), BATCH);
    const fresh = recent.filter((change) => !this.told.has(change.id));
    if (fresh.length === 0) return;
    this.last = Math.max(this.last, fresh.at(-1)!.id);
    for (const { id } of fresh) this.told.add(id);
    for (const id of this.told) if (id <= this.last - 2 * LOOK_BACK_ROWS) this.told.delete(id);
    this.listeners.forEach((listener) => listener(fresh));
    if (recent.length === BATCH) this.lookAgain = true;
  }

  private from(): number {
    return this.app.db.dialect === "postgres" ? this.last! - LOOK_BACK_ROWS : this.last!;
  }
}
