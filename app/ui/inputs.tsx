import { cx } from "class-variance-authority";
import { Camera, ChevronDown, Eye, EyeOff, Upload, X } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useEffect, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { buttonClass } from "./button";
import { type FieldMeta, useFieldControl } from "./form";
import { Icon } from "./icon";

const control =
  "w-full min-w-0 rounded-md border border-edge bg-paper text-base text-ink transition-colors duration-100 hover:border-ink/60 " +
  "aria-invalid:border-red aria-invalid:ring-1 aria-invalid:ring-red disabled:bg-sunken disabled:text-muted " +
  "focus-visible:outline-2 focus-visible:outline-offset-1";

/** What a control takes over from its Field; what is given to the control itself wins. */
function useControl(given: Pick<InputHTMLAttributes<HTMLElement>, "id" | "name" | "required" | "form" | "aria-describedby" | "aria-invalid">) {
  const field = useFieldControl();
  const meta = field?.meta;
  return {
    meta,
    props: {
      id: given.id ?? field?.id,
      name: given.name ?? field?.name,
      required: given.required ?? field?.required,
      form: given.form ?? meta?.formId,
      "aria-describedby": given["aria-describedby"] ?? field?.describedBy,
      "aria-invalid": given["aria-invalid"] ?? (field?.invalid || undefined),
    },
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

export type InputProps = InputHTMLAttributes<HTMLInputElement> & {
  /** Shown inside, before or after what is typed: a currency, a unit. */
  prefix?: string;
  suffix?: string;
};

export function Input({ className, prefix, suffix, type = "text", ...rest }: InputProps) {
  const { meta, props } = useControl(rest);
  const input = (
    <input
      type={type}
      defaultValue={rest.value === undefined ? text(meta?.initialValue) : undefined}
      minLength={meta?.minLength}
      maxLength={meta?.maxLength}
      min={meta?.min}
      max={meta?.max}
      step={meta?.step}
      pattern={meta?.pattern}
      className={cx(control, "min-h-(--control) px-3 py-1 read-only:bg-sunken", type === "number" && "tabular", prefix && "pl-9", suffix && "pr-14", className)}
      {...rest}
      {...props}
    />
  );
  if (!prefix && !suffix) return input;
  return (
    <span className="relative block">
      {prefix && <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">{prefix}</span>}
      {input}
      {suffix && <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-sm text-muted">{suffix}</span>}
    </span>
  );
}

/** A password, with a button that shows it; pasting is welcome. */
export function PasswordInput({ className, ...rest }: Omit<InputProps, "type" | "prefix" | "suffix">) {
  const t = useTranslations("ui");
  const [shown, setShown] = useState(false);
  const [scripted, setScripted] = useState(false);
  useEffect(() => setScripted(true), []);
  return (
    <span className="relative block">
      <Input type={shown ? "text" : "password"} className={cx(scripted && "pr-11", className)} {...rest} />
      {scripted && (
        <button
          type="button"
          aria-pressed={shown}
          aria-label={t("password.show")}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 flex w-9 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <Icon of={shown ? EyeOff : Eye} />
        </button>
      )}
    </span>
  );
}

export function Textarea({ className, rows = 4, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const { meta, props } = useControl(rest);
  return (
    <textarea
      rows={rows}
      defaultValue={rest.value === undefined ? text(meta?.initialValue) : undefined}
      minLength={meta?.minLength}
      maxLength={meta?.maxLength}
      className={cx(control, "field-sizing-content min-h-20 px-3 py-2", className)}
      {...rest}
      {...props}
    />
  );
}

/** The browser's own list: works everywhere, on a phone best of all. Give `options`, or `<option>`s as children. */
export function Select({
  className,
  options,
  placeholder,
  children,
  wrapperClassName,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & {
  options?: readonly { value: string; label: string; disabled?: boolean }[];
  /** The first entry, with the empty value. */
  placeholder?: string;
  wrapperClassName?: string;
}) {
  const { meta, props } = useControl(rest);
  return (
    <span className={cx("relative block", wrapperClassName)}>
      <select
        defaultValue={rest.value === undefined ? (text(meta?.initialValue) ?? "") : undefined}
        className={cx(control, "min-h-(--control) appearance-none py-1 pr-9 pl-3", className)}
        {...rest}
        {...props}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options?.map((option) => (
          // Names of countries and the like may be spelt otherwise by the browser's Intl than by the server's: the server's stay.
          <option key={option.value} value={option.value} disabled={option.disabled} suppressHydrationWarning>
            {option.label}
          </option>
        ))}
        {children}
      </select>
      <Icon of={ChevronDown} className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-muted" />
    </span>
  );
}

/** One yes or no, with its own label; `of` is conform's field. Stands alone, not inside a Field. */
export function Checkbox({
  of,
  label,
  help,
  className,
  value = "on",
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, "type"> & { of?: unknown; label: ReactNode; help?: ReactNode }) {
  const own = useId();
  const meta = of as FieldMeta | undefined;
  const id = rest.id ?? (meta ? `${meta.id}-${String(value)}` : own);
  const initial = meta?.initialValue as unknown;
  const checked = Array.isArray(initial) ? initial.includes(value) : initial === value || initial === true;
  return (
    <div className={cx("flex gap-2.5", className)}>
      <input
        type="checkbox"
        id={id}
        name={meta?.name}
        value={value}
        defaultChecked={rest.checked === undefined ? checked : undefined}
        aria-invalid={meta?.errors ? true : undefined}
        aria-describedby={help ? `${id}-help` : undefined}
        className="my-[calc((var(--line-base)-1.125rem)/2)] size-4.5 shrink-0 rounded-sm"
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block py-px">
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-sm text-muted">
            {help}
          </p>
        )}
      </div>
    </div>
  );
}

type RadioOption = { value: string; label: ReactNode; description?: ReactNode; aside?: ReactNode; disabled?: boolean };

/**
 * One of a few. `list`: plain radios; `cards`: each with a description, for a decision that matters. Put it inside a
 * Fieldset (the question); `of` is conform's field, or give `name` and `defaultValue`.
 */
export function RadioGroup({
  of,
  name,
  defaultValue,
  options,
  variant = "list",
  columns = 1,
  onChange,
}: {
  of?: unknown;
  name?: string;
  defaultValue?: string;
  options: readonly RadioOption[];
  variant?: "list" | "cards";
  columns?: 1 | 2 | 3;
  onChange?: (value: string) => void;
}) {
  const own = useId();
  const meta = of as FieldMeta | undefined;
  const initial = text(meta?.initialValue) ?? defaultValue;
  const grid = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-3" }[columns];
  return (
    <div className={cx("grid", variant === "cards" ? "gap-2" : "gap-1.5", grid)}>
      {options.map((option) => {
        const id = `${meta?.id ?? own}-${option.value}`;
        return (
          <label
            key={option.value}
            htmlFor={id}
            className={cx(
              "flex gap-2.5",
              variant === "cards" &&
                "rounded-md border border-edge px-3.5 py-3 transition-colors duration-100 hover:bg-hover has-checked:border-pine has-checked:bg-pine-wash has-checked:ring-1 has-checked:ring-pine has-disabled:opacity-55",
            )}
          >
            <input
              type="radio"
              id={id}
              name={meta?.name ?? name}
              value={option.value}
              defaultChecked={initial === option.value}
              disabled={option.disabled}
              required={meta?.required}
              aria-invalid={meta?.errors ? true : undefined}
              onChange={onChange && (() => onChange(option.value))}
              className="my-[calc((var(--line-base)-1.125rem)/2)] size-4.5 shrink-0"
            />
            <span className="min-w-0 flex-1">
              <span className={cx("block", variant === "cards" && "font-medium")}>{option.label}</span>
              {option.description && <span className="block text-sm text-muted">{option.description}</span>}
            </span>
            {option.aside && <span className="tabular text-muted">{option.aside}</span>}
          </label>
        );
      })}
    </div>
  );
}

/**
 * Files from the device, or straight from the camera. Shows what was chosen (photos as pictures) with a way to take
 * each back; before scripts it is the browser's own file field.
 */
export function FileInput({
  accept = "image/*",
  multiple = false,
  capture,
  maxFiles,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "value"> & { maxFiles?: number }) {
  const t = useTranslations("ui");
  const { props } = useControl(rest);
  const input = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [scripted, setScripted] = useState(false);
  useEffect(() => setScripted(true), []);

  /** The field itself holds the files, so that the form sends exactly what is shown. */
  function keep(next: File[]) {
    const kept = maxFiles ? next.slice(0, maxFiles) : next;
    const transfer = new DataTransfer();
    for (const file of kept) transfer.items.add(file);
    if (input.current) input.current.files = transfer.files;
    setFiles(kept);
  }

  return (
    <div className="flex flex-col gap-3">
      <div className={cx(scripted && "relative self-start")}>
        <input
          ref={input}
          type="file"
          accept={accept}
          multiple={multiple}
          capture={capture}
          className={cx(scripted ? "peer absolute inset-0 size-full cursor-pointer opacity-0" : cx(control, "p-2"))}
          {...rest}
          {...props}
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])];
            keep(multiple ? [...files, ...chosen] : chosen);
            rest.onChange?.(event);
          }}
        />
        {scripted && (
          <span
            aria-hidden
            className={cx(buttonClass({ variant: "secondary" }), "peer-hover:bg-hover peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-pine")}
          >
            <Icon of={accept.startsWith("image") ? Camera : Upload} size={18} />
            {t(accept.startsWith("image") ? "file.addPhoto" : "file.choose")}
          </span>
        )}
      </div>
      {files.length > 0 && (
        <ul className="flex flex-wrap gap-3">
          {files.map((file, index) => (
            <li key={`${file.name}-${file.lastModified}-${index}`} className="relative">
              <Preview file={file} />
              <button
                type="button"
                aria-label={t("file.remove", { name: file.name })}
                onClick={() => keep(files.filter((_, at) => at !== index))}
                className="absolute -top-2 -right-2 flex size-7 items-center justify-center rounded-full border border-edge bg-raised text-ink shadow-float hover:bg-hover"
              >
                <Icon of={X} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Preview({ file }: { file: File }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!file.type.startsWith("image/")) return;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address ? (
    <img src={address} alt={file.name} className="size-24 rounded-md border border-line object-cover" />
  ) : (
    <span className="flex h-12 max-w-48 items-center rounded-md border border-line px-3 text-sm">
      <span className="truncate">{file.name}</span>
    </span>
  );
}

/** Search that works as a plain GET form. */
export function SearchInput({ label, ...rest }: Omit<InputHTMLAttributes<HTMLInputElement>, "type"> & { label: string }) {
  return (
    <span className="relative block min-w-0">
      <SearchGlass />
      <input type="search" aria-label={label} className={cx(control, "min-h-(--control) py-1 pr-3 pl-9", rest.className)} {...rest} />
    </span>
  );
}

function SearchGlass() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted" fill="none" stroke="currentColor" strokeWidth="1.5">
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3 3" strokeLinecap="round" />
    </svg>
  );
}
