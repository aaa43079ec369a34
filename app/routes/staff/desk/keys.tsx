import { useNavigate, useSearchParams } from "@remix-run/react";
import { Keyboard } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";

import { Dialog } from "~/ui/dialog";
import { Checkbox } from "~/ui/inputs";
import { Kbd } from "~/ui/kbd";

const HELP = "desk-keys";
const OFF = "rapport.deskKeys.off";
const KEYS = [
  ["J", "next"],
  ["K", "previous"],
  ["R", "reply"],
  ["N", "note"],
  ["A", "assign"],
  ["?", "help"],
] as const;

const isOff = () => localStorage.getItem(OFF) === "1";

/** Single keys on the desk: never while somebody types, never with a modifier, and not at all when switched off (WCAG 2.1.4). */
export function useDeskKeys(queue: readonly string[], open: string | undefined): void {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const view = params.get("view");
  useEffect(() => {
    const search = (more: Record<string, string> = {}) => {
      const query = new URLSearchParams({ ...(view && { view }), ...more }).toString();
      return query && `?${query}`;
    };
    const go = (step: 1 | -1) => {
      const at = open ? queue.indexOf(open) : -1;
      const to = queue[at < 0 && step < 0 ? queue.length - 1 : Math.min(Math.max(at + step, 0), queue.length - 1)];
      if (to && to !== open) navigate(`/staff/desk/${to}${search()}`);
    };
    const compose = (kind: "reply" | "note") => open && navigate(`/staff/desk/${open}${search({ compose: kind })}`, { state: { focus: kind }, preventScrollReset: true });

    function onKey(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isOff() || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const act = {
        j: () => go(1),
        k: () => go(-1),
        r: () => compose("reply"),
        n: () => compose("note"),
        a: () => document.querySelector<HTMLFormElement>("#assign-me")?.requestSubmit(),
        "?": () => document.getElementById(HELP)?.click(),
      }[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [queue, open, view, navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button]), textarea, select"));
}

/** The keys, and the switch that turns them off on this device. */
export function KeyboardHelp() {
  const t = useTranslations("desk");
  const [off, setOff] = useState(false);
  useEffect(() => setOff(isOff()), []);
  return (
    <Dialog trigger={{ id: HELP, variant: "quiet", size: "sm", icon: Keyboard, children: t("keys.button") }} title={t("keys.title")} size="sm">
      <dl className="grid grid-cols-[2.5rem_1fr] items-center gap-y-2">
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
      <Checkbox
        label={t("keys.on")}
        help={t("keys.onHelp")}
        checked={!off}
        onChange={(event) => {
          const nowOff = !event.currentTarget.checked;
          if (nowOff) localStorage.setItem(OFF, "1");
          else localStorage.removeItem(OFF);
          setOff(nowOff);
        }}
      />
    </Dialog>
  );
}
