import { ChevronRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";

import { MERGE_TAGS } from "~/domain/mailings/merge-tags";
import { Icon } from "~/ui/icon";

type TextControl = HTMLInputElement | HTMLTextAreaElement;

/** The merge tags there are. A click puts one where the cursor was last; without scripts they can be copied. */
export function TagPicker({ form }: { form: React.RefObject<HTMLFormElement> }) {
  const t = useTranslations("mailings");
  const last = useRef<TextControl | null>(null);
  useEffect(() => {
    const element = form.current;
    const remember = (event: FocusEvent) => {
      const target = event.target as HTMLElement;
      if (target.dataset.merge !== undefined) last.current = target as TextControl;
    };
    element?.addEventListener("focusin", remember);
    return () => element?.removeEventListener("focusin", remember);
  }, [form]);

  function insert(text: string) {
    const control = last.current ?? form.current?.querySelector<TextControl>("[data-merge]");
    if (!control) return;
    control.focus();
    control.setRangeText(text, control.selectionStart ?? control.value.length, control.selectionEnd ?? control.value.length, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  return (
    <details className="group rounded-md border border-line px-3 py-2">
      <summary className="flex min-h-6 cursor-pointer items-center gap-1.5 font-medium">
        <Icon of={ChevronRight} size={14} className="text-muted group-open:rotate-90" />
        {t("tags.title")}
      </summary>
      <p className="mt-1 text-sm text-muted">{t("tags.help")}</p>
      <ul className="mt-2 grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {MERGE_TAGS.map((tag) => {
          const name = t(`tags.${tag.path.replace(".", "_")}` as never);
          const text = tag.mayBeEmpty ? `{{ ${tag.path} | default: "${t("tags.fallbackSample")}" }}` : `{{ ${tag.path} }}`;
          return (
            <li key={tag.path} className="min-w-0">
              <button type="button" onClick={() => insert(text)} aria-label={t("tags.insert", { tag: name })} className="w-full rounded-md px-2 py-1 text-start hover:bg-hover">
                <span className="block">{name}</span>
                <code className="block truncate font-mono text-xs text-muted select-all">{text}</code>
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
