import { cva, cx } from "class-variance-authority";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

import { Icon } from "./icon";

const calloutClass = cva("flex gap-3 rounded-md border-l-3 px-3.5 py-2.5 text-base", {
  variants: {
    tone: {
      info: "border-blue bg-blue-wash",
      warn: "border-amber bg-amber-wash",
      error: "border-red bg-red-wash",
      success: "border-green bg-green-wash",
    },
  },
});
const ICONS = { info: Info, warn: TriangleAlert, error: CircleAlert, success: CircleCheck } as const;
const INK = { info: "text-blue", warn: "text-amber", error: "text-red", success: "text-green" } as const;

/**
 * Something to know before going on: what happened, and what to do next. `focusable` moves the focus here when it
 * appears after a refused form.
 */
export function Callout({
  tone = "info",
  title,
  children,
  actions,
  id,
  focusable = false,
  className,
}: {
  tone?: keyof typeof ICONS;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  id?: string;
  focusable?: boolean;
  className?: string;
}) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focusable) element.current?.focus();
  }, [focusable]);
  return (
    <div
      ref={element}
      id={id}
      role={tone === "error" ? "alert" : "note"}
      tabIndex={focusable ? -1 : undefined}
      data-form-error={focusable ? "" : undefined}
      className={cx(calloutClass({ tone }), "outline-none", className)}
    >
      <Icon of={ICONS[tone]} size={18} className={cx("mt-0.5", INK[tone])} />
      <div className="min-w-0 flex-1 space-y-1">
        {title && <p className="font-medium">{title}</p>}
        {children}
        {actions && <div className="flex flex-wrap gap-2 pt-1.5">{actions}</div>}
      </div>
    </div>
  );
}
