import { Link, type LinkProps, useNavigation } from "@remix-run/react";
import { cva, cx, type VariantProps } from "class-variance-authority";
import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode } from "react";

import { Icon } from "./icon";
import { Tooltip } from "./tooltip";

export const buttonClass = cva(
  "inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap select-none no-underline " +
    "transition-colors duration-100 disabled:opacity-55 aria-disabled:opacity-55",
  {
    variants: {
      variant: {
        /** The one main action of a page. */
        primary: "bg-pine text-on-pine hover:bg-pine-strong active:bg-pine-strong",
        secondary: "border border-edge bg-paper text-ink hover:bg-hover active:bg-hover",
        quiet: "text-ink hover:bg-hover active:bg-hover",
        danger: "bg-red-fill text-on-red hover:bg-red-strong",
        /** Destructive, but not the page's main business: opens the confirmation. */
        "danger-quiet": "text-red hover:bg-red-wash",
      },
      size: {
        sm: "min-h-(--control-sm) px-2.5 text-sm",
        md: "min-h-(--control) px-(--control-x) text-base",
        lg: "min-h-12 px-5 text-base",
        icon: "size-(--control) text-base",
        "icon-sm": "size-(--control-sm) text-sm",
      },
      wide: { true: "w-full", phone: "w-full sm:w-auto" },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

type Look = VariantProps<typeof buttonClass> & { icon?: LucideIcon };

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Look & { busy?: boolean };

export function Button({ variant, size, wide, icon, busy, className, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button type={type} className={cx(buttonClass({ variant, size, wide }), className)} aria-busy={busy || undefined} {...rest}>
      {busy ? <Spinner /> : icon && <Icon of={icon} />}
      {children}
    </button>
  );
}

/**
 * Sends the form it stands in. While that form is on its way it says so and does not send a second time; before
 * scripts it is a plain submit button.
 */
export function SubmitButton({ variant = "primary", name, value, ...rest }: Omit<ButtonProps, "type" | "value"> & { value?: string }) {
  const navigation = useNavigation();
  const sending =
    navigation.state !== "idle" && navigation.formData !== undefined && (!name || navigation.formData.get(name) === (value ?? ""));
  return (
    <Button
      type="submit"
      variant={variant}
      name={name}
      value={value}
      busy={sending}
      aria-disabled={sending || undefined}
      onClickCapture={(event) => sending && event.preventDefault()}
      {...rest}
    />
  );
}

/** A link that looks like a button: for going somewhere, never for changing something. */
export function LinkButton({ variant, size, wide, icon, className, children, ...rest }: LinkProps & Look) {
  return (
    <Link className={cx(buttonClass({ variant, size, wide }), className)} {...rest}>
      {icon && <Icon of={icon} />}
      {children}
    </Link>
  );
}

/** A button with a drawing only. Its label is its name for everybody, shown as a tooltip. */
export function IconButton({
  icon,
  label,
  keys,
  size = "icon",
  variant = "quiet",
  ...rest
}: Omit<ButtonProps, "children" | "icon" | "size"> & { icon: LucideIcon; label: string; keys?: string; size?: "icon" | "icon-sm" }) {
  return (
    <Tooltip label={label} keys={keys}>
      <Button size={size} variant={variant} icon={icon} aria-label={label} {...rest} />
    </Tooltip>
  );
}

/** Buttons of one form or dialog: the main one first, in the thumb's reach on a phone. */
export function Actions({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx("flex flex-wrap items-center gap-2 max-sm:*:flex-auto", className)}>{children}</div>;
}

export function Spinner() {
  return <span aria-hidden className="size-4 shrink-0 animate-spin rounded-full border-2 border-current border-t-transparent" />;
}

/** Text that leads somewhere, inside running text. */
export function TextLink({ className, ...rest }: LinkProps) {
  return <Link className={cx(textLinkClass, className)} {...rest} />;
}

export const textLinkClass =
  "text-pine underline decoration-pine/40 underline-offset-[0.2em] hover:decoration-pine hover:text-pine-strong";
