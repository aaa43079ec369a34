import { Link, useLocation } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { Ellipsis, type LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

import { buttonClass } from "./button";
import { Icon } from "./icon";

/**
 * Further actions behind one button. A disclosure of links and form buttons (`<details>`), so that it opens before
 * scripts; they add: closing by Escape, by a click elsewhere and after going somewhere, and the arrow keys.
 */
export function Menu({
  label,
  button,
  align = "end",
  side = "bottom",
  variant = "quiet",
  className,
  children,
}: {
  /** The name of the button for everybody. */
  label: string;
  /** What the button shows; three dots when nothing is given. */
  button?: ReactNode;
  align?: "start" | "end";
  side?: "bottom" | "top" | "right";
  variant?: "quiet" | "secondary" | "bare";
  className?: string;
  children: ReactNode;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const location = useLocation();
  useEffect(() => {
    if (menu.current) menu.current.open = false;
  }, [location]);
  useEffect(() => {
    const shut = (event: PointerEvent) => {
      if (menu.current?.open && !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    document.addEventListener("pointerdown", shut);
    return () => document.removeEventListener("pointerdown", shut);
  }, []);

  function onKeyDown(event: React.KeyboardEvent) {
    const details = menu.current;
    if (!details?.open) return;
    if (event.key === "Escape") {
      details.open = false;
      details.querySelector("summary")?.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...details.querySelectorAll<HTMLElement>("[data-menu-item]")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? items.length - 1 : at - 1;
    items.at(next % items.length)?.focus();
  }

  return (
    <details ref={menu} className={cx("group relative", className)} onKeyDown={onKeyDown}>
      <summary
        aria-label={button === undefined || variant === "bare" ? label : undefined}
        className={cx(
          variant === "bare" ? "rounded-md" : cx(buttonClass({ variant, size: button === undefined ? "icon" : "md" }), "group-open:bg-hover"),
        )}
      >
        {button ?? <Icon of={Ellipsis} />}
      </summary>
      <div
        className={cx(
          "absolute z-40 min-w-52 rounded-lg border border-line bg-raised p-1 shadow-float animate-appear",
          align === "end" ? "right-0" : "left-0",
          { bottom: "top-full mt-1", top: "bottom-full mb-1", right: "bottom-0 left-full ml-2" }[side],
        )}
      >
        {children}
      </div>
    </details>
  );
}

const itemClass = (danger?: boolean) =>
  cx(
    "flex min-h-(--control-sm) w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-start text-base",
    danger ? "text-red hover:bg-red-wash focus-visible:bg-red-wash" : "text-ink hover:bg-hover focus-visible:bg-hover",
  );

export function MenuLink({ to, icon, children, reloadDocument }: { to: string; icon?: LucideIcon; children: ReactNode; reloadDocument?: boolean }) {
  return (
    <Link to={to} data-menu-item className={itemClass()} reloadDocument={reloadDocument}>
      {icon && <Icon of={icon} className="text-muted" />}
      <span className="flex-1">{children}</span>
    </Link>
  );
}

/** A button of a form that the menu stands in, or that is named by `form`. */
export function MenuButton({
  icon,
  danger,
  children,
  ...rest
}: { icon?: LucideIcon; danger?: boolean; children: ReactNode } & React.ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="submit" data-menu-item className={itemClass(danger)} {...rest}>
      {icon && <Icon of={icon} className={danger ? undefined : "text-muted"} />}
      <span className="flex-1">{children}</span>
    </button>
  );
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <p className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">{children}</p>;
}

export function MenuLine() {
  return <hr className="my-1 border-line" />;
}
