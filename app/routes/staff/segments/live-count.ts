import { useEffect, useId, useState } from "react";

import type { RuleGroup } from "~/domain/segments/rule";
import type { Answer, FirstAnswer } from "./ask.server";

export type Live = { answer: FirstAnswer; /** a newer answer is on its way */ asking: boolean; failed: boolean };

const PAUSE = 250;

/**
 * The count follows the rules: asked after a moment without changes, the question before is cancelled, and an answer to
 * an older question is dropped. `first` is what the server counted for the rules that the page came with; where it does not
 * wait for that, the page asks at once.
 */
export function useLiveCount(rules: RuleGroup, first: FirstAnswer, scripted: boolean, self?: string): Live {
  const question = JSON.stringify(rules);
  const isOpen = first.ok && "counting" in first;
  const [asked, setAsked] = useState(isOpen ? null : question);
  const [live, setLive] = useState<Live>({ answer: first, asking: isOpen, failed: false });
  const id = useId();

  useEffect(() => {
    if (!scripted || question === asked) return;
    const abort = new AbortController();
    setLive((before) => ({ ...before, asking: true }));
    const timer = setTimeout(async () => {
      try {
        const page = `${performance.timeOrigin} ${id}`;
        const response = await fetch("/staff/segments/count", { method: "POST", body: new URLSearchParams({ rules: question, page, ...(self && { self }) }), signal: abort.signal });
        const answer = (await response.json()) as Answer;
        if (abort.signal.aborted) return;
        setAsked(question);
        setLive({ answer, asking: false, failed: false });
      } catch {
        if (!abort.signal.aborted) setLive((before) => ({ ...before, asking: false, failed: true }));
      }
    }, asked === null ? 0 : PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question, asked, scripted, self, id]);

  return live;
}
