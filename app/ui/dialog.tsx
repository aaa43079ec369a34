import { cx } from "class-variance-authority";
import { X } from "lucide-react";
import { type ReactNode, useId, useRef } from "react";
import { useTranslations } from "use-intl";

import { Button, type ButtonProps } from "./button";
import { Icon } from "./icon";

/**
 * Something that asks for attention over the page. A real `<dialog>`: modal once scripts run, and before that the
 * browser's own popover, so that the button works from the first moment.
 */
export function Dialog({
  trigger,
  title,
  children,
  size = "md",
}: {
  /** The button that opens it: its looks and its words. */
  trigger: Omit<ButtonProps, "type" | "onClick">;
  title: ReactNode;
  children: ReactNode | ((close: () => void) => ReactNode);
  size?: "sm" | "md" | "lg";
}) {
  const t = useTranslations("ui");
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => (dialog.current?.matches(":popover-open") ? dialog.current.hidePopover() : dialog.current?.close());
  return (
    <>
      <Button
        {...trigger}
        {...{ popovertarget: id }}
        aria-haspopup="dialog"
        onClick={(event) => {
          event.preventDefault();
          dialog.current?.showModal();
        }}
      />
      <dialog
        ref={dialog}
        id={id}
        aria-labelledby={`${id}-title`}
        {...{ popover: "auto" }}
        onClick={(event) => event.target === dialog.current && close()}
        className={cx(
          "max-h-[min(42rem,90dvh)] w-[calc(100vw-2rem)] overflow-auto rounded-lg border border-line bg-raised p-0 text-start whitespace-normal shadow-float open:animate-appear",
          { sm: "max-w-md", md: "max-w-lg", lg: "max-w-3xl" }[size],
        )}
      >
        <div className="flex flex-col gap-4 p-5">
          <div className="flex items-start gap-4">
            <h2 id={`${id}-title`} className="flex-1 font-heading text-lg font-(--heading-weight)">
              {title}
            </h2>
            <button
              type="button"
              {...{ popovertarget: id, popovertargetaction: "hide" }}
              aria-label={t("dialog.close")}
              onClick={(event) => {
                event.preventDefault();
                close();
              }}
              className="-m-1 flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
            >
              <Icon of={X} size={18} />
            </button>
          </div>
          {typeof children === "function" ? children(close) : children}
        </div>
      </dialog>
    </>
  );
}

/**
 * Before something that cannot be taken back. `children` say what will happen, and to how many; the form (with its
 * hidden fields and its submit button) is given as `form`, so that it is sent like any other.
 */
export function ConfirmDialog({
  trigger,
  title,
  children,
  form,
}: {
  trigger: Omit<ButtonProps, "type" | "onClick">;
  title: ReactNode;
  children: ReactNode;
  form: ReactNode;
}) {
  const t = useTranslations("ui");
  return (
    <Dialog trigger={trigger} title={title} size="sm">
      {(close) => (
        <>
          <div className="space-y-2 text-base">{children}</div>
          <div className="flex flex-wrap items-center justify-end gap-2 pt-1">
            <Button variant="quiet" onClick={close} autoFocus>
              {t("dialog.keep")}
            </Button>
            {form}
          </div>
        </>
      )}
    </Dialog>
  );
}
