import { useLocation, useNavigation, useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";

/**
 * Keeps an open page current: when one of the topics changes, the page's loaders run again. Staff name the topics of
 * the change log (`case:12`, `desk`, `campaign:3`); customers name `me`, which covers all that is theirs.
 */
export function useLive(topics: readonly string[]): void {
  const audience = useLocation().pathname.startsWith("/staff") ? "staff" : "portal";
  const { revalidate, state: looking } = useRevalidator();
  // What somebody has just sent or opened is not cut off by what others did.
  const going = useNavigation().state;
  const state = going === "idle" ? looking : going;
  const current = useRef({ revalidate, state, again: false });
  current.current.revalidate = revalidate;
  current.current.state = state;

  const names = topics.join(" ");
  useEffect(() => {
    if (!names) return;
    return follow(audience, names.split(" "), () => {
      if (current.current.state === "idle") current.current.revalidate();
      else current.current.again = true;
    });
  }, [audience, names]);

  // A change that came while the page was already loading again is looked at when that is done.
  useEffect(() => {
    if (state !== "idle" || !current.current.again) return;
    current.current.again = false;
    current.current.revalidate();
  }, [state]);
}

/**
 * Asks the page's loaders again after so many ms, however often they answer; null asks no more. For what changes by
 * itself: a time that is left, a rate that falls.
 */
export function useLookAgain(ms: number | null): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (ms === null || state !== "idle") return;
    const timer = setTimeout(revalidate, Math.max(500, ms));
    return () => clearTimeout(timer);
  }, [ms, state, revalidate]);
}

type Follower = { topics: readonly string[]; onChange: () => void };

/** The frame and the page in it follow by one connection: a browser has six to a host, for all its tabs. */
const followers = new Set<Follower>();
let source: { query: string; events: EventSource } | null = null;

function follow(audience: string, topics: readonly string[], onChange: () => void): () => void {
  const follower = { topics, onChange };
  followers.add(follower);
  queueMicrotask(() => listen(audience));
  return () => {
    followers.delete(follower);
    queueMicrotask(() => listen(audience));
  };
}

function listen(audience: string): void {
  const topics = [...new Set([...followers].flatMap((follower) => follower.topics))].toSorted();
  const query = topics.length ? `as=${audience}&${topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&")}` : "";
  if (query === (source?.query ?? "")) return;
  source?.events.close();
  source = null;
  if (!query) return;
  const events = new EventSource(`/events?${query}`);
  // One of them is enough: all loaders of the page run again.
  events.addEventListener("change", () => followers.values().next().value?.onChange());
  source = { query, events };
}
