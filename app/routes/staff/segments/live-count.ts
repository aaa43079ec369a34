import { useEffect, useState } from "react";

import type { RuleGroup } from "~/domain/segments/rule";
import type { Answer } from "./ask.server";

export type Live = { answer: Answer; /** a newer answer is on its way */ asking: boolean; failed: boolean };

const PAUSE = 250;

/**
 * The count follows the rules: asked after a moment without changes, the question before is cancelled, and an answer to
 * an older question is dropped. `first` is what the server counted for the rules that the page came with.
 */
export function useLiveCount(rules: RuleGroup, first: Answer, scripted: boolean, self?: string): Live {
  const question = JSON.stringify(rules);
  const [asked, setAsked] = useState(question);
  const [live, setLive] = useState<Live>({ answer: first, asking: false, failed: false });

  useEffect(() => {
    if (!scripted || question === asked) return;
    const abort = new AbortController();
    setLive((before) => ({ ...before, asking: true }));
    const timer = setTimeout(async () => {
      try {
        const response = await fetch("/staff/segments/count", { method: "POST", body: new URLSearchParams({ rules: question, ...(self && { self }) }), signal: abort.signal });
        const answer = (await response.json()) as Answer;
        if (abort.signal.aborted) return;
        setAsked(question);
        setLive({ answer, asking: false, failed: false });
      } catch {
        if (!abort.signal.aborted) setLive((before) => ({ ...before, asking: false, failed: true }));
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question, asked, scripted, self]);

  return live;
}
