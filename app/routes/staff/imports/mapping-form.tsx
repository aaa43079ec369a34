import { useSubmit } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { BookmarkPlus, ListChecks, Play, RefreshCw, Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";

import type {
  ColumnMapping,
  ImportOptions,
  ImportPreview,
  ImportType,
  MappingProblem,
} from "~/domain/imports/import";
import type { PreviewRow } from "~/domain/imports/preview";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { Actions, Button, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Field, Form } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { PlainTable } from "~/ui/table";
import { CheckResult } from "./check-result";
import { useFieldWords } from "./field-words";
import { Options } from "./mapping-options";

export type Draft = {
  headers: string[];
  mapping: ColumnMapping;
  options: ImportOptions;
  preset: string | null;
  rows: PreviewRow[];
  problems: MappingProblem[];
  topics: { key: string; name: string }[];
  presets: string[];
  fields: { key: string; isRequired: boolean }[];
  /** Own fields in the reader's language. */
  names: Record<string, string>;
  timeZones: string[];
  preview: ImportPreview | null;
};
export type Answer = {
  errors: Record<string, string>;
  typed: { mapping: ColumnMapping; options: Record<string, string> } | null;
} | null;

export function MappingForm({
  run,
  draft,
  answer,
}: {
  run: { publicId: string; type: ImportType; total: number };
  draft: Draft;
  answer: Answer;
}) {
  const t = useTranslations("imports");
  const errors = answer?.errors ?? {};
  return (
    <>
      {draft.presets.length > 0 && <PresetChoice draft={draft} />}
      {/* a fresh form whenever the stored plan is another one, so that what is shown is what would run */}
      <Form key={JSON.stringify([draft.mapping, draft.options])} id="mapping" className="max-w-none! gap-0!">
        {Object.keys(errors).length > 0 && (
          <Callout tone="error" focusable>
            {Object.values(errors).includes("identifier")
              ? t("mapping.noIdentifier")
              : t("mapping.refused")}
          </Callout>
        )}
        <Section first title={t("mapping.title")} description={t("mapping.help")}>
          <Columns type={run.type} draft={draft} answer={answer} />
          <Unused draft={draft} />
        </Section>
        <Section title={t("options.title")} description={t("options.help")}>
          <Options type={run.type} draft={draft} answer={answer} />
        </Section>
        <Section
          title={t("preview.title")}
          description={t("preview.help")}
          actions={
            <Button type="submit" name="intent" value="preview" size="sm" icon={RefreshCw}>
              {t("preview.again")}
            </Button>
          }
        >
          <Preview type={run.type} draft={draft} />
        </Section>
        <Section
          title={t("check.title")}
          description={t("check.help")}
          actions={
            <Button type="submit" name="intent" value="check" size="sm" icon={ListChecks}>
              {t("check.action")}
            </Button>
          }
        >
          <CheckResult type={run.type} preview={draft.preview} names={draft.names} />
        </Section>
        <Section title={t("savePreset.title")} description={t("savePreset.help")}>
          <div className="flex flex-wrap items-end gap-3">
            <Field
              name="presetName"
              label={t("savePreset.name")}
              error={errors.presetName}
              className="w-full sm:w-72"
            >
              <Input maxLength={60} autoComplete="off" />
            </Field>
            <Button type="submit" name="intent" value="save-preset" icon={BookmarkPlus}>
              {t("savePreset.save")}
            </Button>
          </div>
        </Section>
        <Actions className="mt-8 border-t border-line pt-6">
          <SubmitButton name="intent" value="start" icon={Play}>
            {t("start", { count: run.total })}
          </SubmitButton>
        </Actions>
      </Form>
      <div className="mt-4">
        <ConfirmDialog
          trigger={{ variant: "danger-quiet", icon: Trash2, children: t("discard.action") }}
          title={t("discard.title")}
          form={
            <Form action={`/staff/imports/${run.publicId}/discard`}>
              <Button type="submit" variant="danger">
                {t("discard.action")}
              </Button>
            </Form>
          }
        >
          <p>{t("discard.help")}</p>
        </ConfirmDialog>
      </div>
    </>
  );
}

function PresetChoice({ draft }: { draft: Draft }) {
  const t = useTranslations("imports");
  return (
    <Form className="mb-6 flex flex-row flex-wrap items-end gap-3">
      <Field name="preset" label={t("new.preset")} className="w-full sm:w-72">
        <Select
          key={draft.preset ?? ""}
          defaultValue={draft.preset ?? ""}
          placeholder={t("new.noPreset")}
          options={draft.presets.map((name) => ({ value: name, label: name }))}
        />
      </Field>
      <Button type="submit" name="intent" value="preset">
        {t("mapping.usePreset")}
      </Button>
    </Form>
  );
}

function Columns({
  type,
  draft,
  answer,
}: {
  type: ImportType;
  draft: Draft;
  answer: Answer;
}) {
  const t = useTranslations("imports");
  const word = useFieldWords(type, draft.names);
  const submit = useSubmit();
  const mapping = answer?.typed?.mapping ?? draft.mapping;
  const options = draft.headers.map((header) => ({ value: header, label: header }));
  return (
    <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
      {draft.fields.map(({ key, isRequired }) => {
        const error = answer?.errors[`map.${key}`];
        return (
          <Field
            key={key}
            name={`map.${key}`}
            label={word(key)}
            optional={!isRequired}
            error={error === "identifier" ? "choose" : error}
          >
            <Select
              defaultValue={mapping[key] ?? ""}
              placeholder={t("mapping.notInFile")}
              options={options}
              onChange={(event) => {
                const form = event.currentTarget.form;
                if (!form) return;
                const data = new FormData(form);
                data.set("intent", "preview");
                submit(data, { method: "post", preventScrollReset: true, replace: true });
              }}
            />
          </Field>
        );
      })}
    </div>
  );
}

/** What of the file nobody has given a meaning: it would be left out in silence. */
function Unused({ draft }: { draft: Draft }) {
  const t = useTranslations("imports");
  const format = useFormat();
  const used = Object.values(draft.mapping);
  const unused = draft.headers.filter((header) => header && !used.includes(header));
  if (!unused.length) return null;
  return <p className="mt-4 text-sm text-muted">{t("mapping.unused", { count: unused.length, columns: format.list(unused) })}</p>;
}

/** Days and numbers are not broken at their signs. */
function isNumbers(cell = ""): boolean {
  return /^[\d.,:/+-]+$/.test(cell) && cell.length < 20;
}

function Preview({ type, draft: { rows, mapping, fields, names } }: { type: ImportType; draft: Draft }) {
  const t = useTranslations("imports");
  const word = useFieldWords(type, names);
  const shown = fields.filter(({ key }) => mapping[key]);
  if (!rows.length || !shown.length) return <p className="text-muted">{t("preview.none")}</p>;
  return (
    <PlainTable
      caption={t("preview.caption")}
      head={
        <tr>
          <th scope="col">{t("preview.line")}</th>
          {shown.map(({ key }) => (
            <th key={key} scope="col">
              {word(key)}
            </th>
          ))}
          <th scope="col">{t("preview.verdict")}</th>
        </tr>
      }
    >
      {rows.map((row) => (
        <tr key={row.line}>
          <td className="tabular text-muted">{row.line}</td>
          {shown.map(({ key }) => (
            <td key={key} className={cx(row.problem?.field === key && "bg-red-wash", isNumbers(row.cells[key]) && "whitespace-nowrap")}>
              {row.cells[key]}
            </td>
          ))}
          <td>
            {row.problem ? (
              <Badge tone="red">{t(`reasons.${row.problem.reason}`)}</Badge>
            ) : (
              <Badge tone="green">{t("preview.good")}</Badge>
            )}
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
