import { type FieldMetadata, type FormMetadata, FormProvider, type SubmissionResult, useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { Form as RemixForm, type FormProps as RemixFormProps } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useRef } from "react";
import { useTranslations } from "use-intl";
import type { z } from "zod";

import { messageKeyOf } from "../i18n/form-errors";
import { Callout } from "./callout";
import { ErrorText } from "./error-text";

/** A field of any conform form, or of none: what the controls need to know of it. */
export type FieldMeta = Pick<
  FieldMetadata<unknown>,
  "id" | "errorId" | "descriptionId" | "name" | "errors" | "initialValue" | "required" | "minLength" | "maxLength" | "min" | "max" | "step" | "pattern" | "multiple"
> & { formId?: string };

type FieldContextValue = { id: string; name: string; meta?: FieldMeta; describedBy?: string; invalid: boolean; required: boolean };
const FieldContext = createContext<FieldContextValue | null>(null);

/** What the surrounding Field says about the control; for controls of one's own (a picker, an editor). */
export function useFieldControl() {
  return useContext(FieldContext);
}

/**
 * A form of one zod schema, with the same rules before sending as on the server: after leaving a field, then while
 * typing. `lastResult` is what the action answered; `defaultValue` what stands there at first.
 */
export function useSchemaForm<Schema extends z.ZodType<Record<string, unknown>, Record<string, unknown>>>(
  schema: Schema,
  options: {
    id?: string;
    lastResult?: SubmissionResult<string[]> | null;
    defaultValue?: { [Key in keyof z.input<Schema>]?: unknown };
  } = {},
) {
  return useForm<z.input<Schema>, z.output<Schema>, string[]>({
    id: options.id,
    lastResult: options.lastResult ?? undefined,
    defaultValue: options.defaultValue as never,
    constraint: getZodConstraint(schema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema, error: messageKeyOf as never }) as never,
    shouldValidate: "onBlur",
    shouldRevalidate: "onInput",
  });
}

type AnyForm = FormMetadata<Record<string, unknown>, string[]>;

/**
 * A form that posts before its script has loaded too. With `form` (the first value of `useSchemaForm`) it validates in
 * place and moves the focus to the summary, or to the first field at fault, when the server refuses.
 */
export function Form({ form, children, className, method = "post", ...rest }: Omit<RemixFormProps, "form"> & { form?: unknown }) {
  const meta = form as AnyForm | undefined;
  const element = useRef<HTMLFormElement>(null);
  useFocusOnRefusal(element, meta);
  const body = (
    <RemixForm
      ref={element}
      method={method}
      className={cx("flex max-w-xl flex-col gap-5", className)}
      {...(meta && {
        id: meta.id,
        onSubmit: meta.onSubmit,
        noValidate: meta.noValidate,
        "aria-describedby": meta.errors ? meta.errorId : undefined,
      })}
      {...rest}
    >
      {children}
    </RemixForm>
  );
  return meta ? <FormProvider context={meta.context}>{body}</FormProvider> : body;
}

function useFocusOnRefusal(element: React.RefObject<HTMLFormElement>, form: AnyForm | undefined) {
  const refused = form?.status === "error" ? form : undefined;
  const errors = refused && JSON.stringify(refused.allErrors);
  useEffect(() => {
    if (!errors || errors === "{}") return;
    const root = element.current;
    if (root?.contains(document.activeElement) && document.activeElement?.getAttribute("type") !== "submit") return;
    (root?.querySelector<HTMLElement>("[data-form-error]") ?? root?.querySelector<HTMLElement>('[aria-invalid="true"]'))?.focus();
  }, [errors, element]);
}

/** What is wrong with the form as a whole; receives the focus when it appears. */
export function FormError({ form, children }: { form?: unknown; children?: ReactNode }) {
  const meta = form as AnyForm | undefined;
  const messages = meta?.errors ?? [];
  if (messages.length === 0 && !children) return null;
  return (
    <Callout tone="error" id={meta?.errorId} focusable>
      {messages.map((message) => (
        <p key={message}>
          <ErrorText message={message} />
        </p>
      ))}
      {children}
    </Callout>
  );
}

/**
 * Label, control, help and error of one value, wired together for screen readers. The control is the child: Input,
 * Textarea, Select, FileInput, or one of your own through `useFieldControl`.
 *
 * With conform: `<Field of={fields.email} label={t("email")}><Input type="email" /></Field>`. Without: `name` (and
 * `error`, a key of the area `errors`).
 */
export function Field({
  of,
  name,
  label,
  help,
  error,
  optional,
  hideLabel,
  required,
  className,
  children,
}: {
  /** Field metadata of conform. */
  of?: unknown;
  name?: string;
  label: ReactNode;
  help?: ReactNode;
  error?: string;
  /** Say that it may stay empty; required fields carry no mark, because most are. */
  optional?: boolean;
  hideLabel?: boolean;
  required?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const t = useTranslations("ui");
  const meta = of as FieldMeta | undefined;
  const own = useId();
  const id = meta?.id ?? own;
  const errors = meta?.errors ?? (error ? [error] : undefined);
  const errorId = meta?.errorId ?? `${own}-error`;
  const helpId = meta?.descriptionId ?? `${own}-help`;
  const invalid = errors !== undefined;
  const describedBy = [invalid && errorId, help && helpId].filter(Boolean).join(" ") || undefined;
  const value = useMemo<FieldContextValue>(
    () => ({ id, name: meta?.name ?? name ?? "", meta, invalid, required: required ?? meta?.required ?? false, describedBy }),
    [id, meta, name, invalid, required, describedBy],
  );
  return (
    <FieldContext.Provider value={value}>
      <div className={cx("flex min-w-0 flex-col gap-1.5", className)}>
        <label htmlFor={id} className={cx("text-base font-medium", hideLabel && "sr-only")}>
          {label}
          {optional && <span className="font-normal text-muted"> · {t("field.optional")}</span>}
        </label>
        {children}
        {help && (
          <p id={helpId} className="text-sm text-muted">
            {help}
          </p>
        )}
        <FieldErrors id={errorId} errors={errors} />
      </div>
    </FieldContext.Provider>
  );
}

/** Several controls under one question: radios, checkboxes, the parts of an address. */
export function Fieldset({
  of,
  legend,
  help,
  error,
  hideLegend,
  children,
  className,
}: {
  of?: unknown;
  legend: ReactNode;
  help?: ReactNode;
  error?: string;
  hideLegend?: boolean;
  children: ReactNode;
  className?: string;
}) {
  const meta = of as FieldMeta | undefined;
  const own = useId();
  const errors = meta?.errors ?? (error ? [error] : undefined);
  const errorId = meta?.errorId ?? `${own}-error`;
  const helpId = meta?.descriptionId ?? `${own}-help`;
  return (
    <fieldset
      aria-describedby={[errors && errorId, help && helpId].filter(Boolean).join(" ") || undefined}
      className={cx("flex min-w-0 flex-col gap-2", className)}
    >
      <legend className={cx("mb-1.5 text-base font-medium", hideLegend && "sr-only")}>{legend}</legend>
      {help && (
        <p id={helpId} className="-mt-1.5 text-sm text-muted">
          {help}
        </p>
      )}
      {children}
      <FieldErrors id={errorId} errors={errors} />
    </fieldset>
  );
}

function FieldErrors({ id, errors }: { id: string; errors?: string[] }) {
  if (!errors?.length) return null;
  return (
    <p id={id} className="text-sm font-medium text-red" aria-live="polite">
      <ErrorText message={errors[0] ?? ""} withIcon />
    </p>
  );
}
