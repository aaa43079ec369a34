import { CircleAlert, CircleCheck, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslations } from "use-intl";

import { Icon } from "./icon";

/**
 * What just happened, said once after a redirect: floats below, is read out, and goes by itself after eight seconds
 * (not while the pointer or the focus is on it; an error stays until it is closed). May carry an undo as `action`.
 */
export function Flash({ tone = "success", children, action, id }: { tone?: "success" | "error"; children: ReactNode; action?: ReactNode; id?: string | number }) {
  const t = useTranslations("ui");
  const [gone, setGone] = useState(false);
  const [held, setHeld] = useState(false);
  useEffect(() => setGone(false), [id]);
  useEffect(() => {
    if (tone === "error" || held || gone) return;
    const timer = setTimeout(() => setGone(true), 8000);
    return () => clearTimeout(timer);
  }, [tone, held, gone, id]);
  return (
    <div role={tone === "error" ? "alert" : "status"} className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex justify-center px-4 sm:bottom-6" data-print="no">
      {!gone && (
        <div
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
          className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-lg bg-ink py-2 pr-2 pl-3.5 text-base text-paper shadow-float animate-appear"
        >
          <Icon of={tone === "error" ? CircleAlert : CircleCheck} size={18} />
          <span className="min-w-0">{children}</span>
          {action}
          <button type="button" aria-label={t("dialog.close")} onClick={() => setGone(true)} className="flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-paper/15 focus-visible:outline-paper">
            <Icon of={X} />
          </button>
        </div>
      )}
    </div>
  );
}
