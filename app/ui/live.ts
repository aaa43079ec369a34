import { useLocation, useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";

/**
 * Keeps an open page current: when one of the topics changes, the page's loaders run again. Staff name the topics of
 * the change log (`case:12`, `desk`, `campaign:3`); customers name `me`, which covers all that is theirs.
 */
export function useLive(topics: readonly string[]): void {
  const audience = useLocation().pathname.startsWith("/staff") ? "staff" : "portal";
  const { revalidate, state } = useRevalidator();
  const current = useRef({ revalidate, state, again: false });
  current.current.revalidate = revalidate;
  current.current.state = state;

  const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
  useEffect(() => {
    if (!query) return;
    const source = new EventSource(`/events?as=${audience}&${query}`);
    const onChange = () => {
      if (current.current.state === "idle") current.current.revalidate();
      else current.current.again = true;
    };
    source.addEventListener("change", onChange);
    return () => source.close();
  }, [audience, query]);

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
