import { rm } from "node:fs/promises";

import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";
import { v7 } from "uuid";

import { getCompany } from "~/domain/company/company.server";
import { inspectFile, UnreadableFile } from "~/domain/imports/csv-file.server";
import { IMPORT_TYPES_LIST, type ImportType } from "~/domain/imports/import";
import { uploadPath } from "~/domain/imports/import-worker.server";
import { listOwnFields } from "~/domain/imports/own-fields.server";
import { listPresets } from "~/domain/imports/presets.server";
import { createRun, planImport } from "~/domain/imports/runs.server";
import { by, requireStaff } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field, Fieldset, Form } from "~/ui/form";
import { FileInput, RadioGroup, Select } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { BadName, MOST_BYTES, receiveFile, TooBig } from "./upload.server";

const MEGABYTE = 1024 * 1024;

export async function loader({ context }: LoaderFunctionArgs) {
  const presets = await listPresets(context.app.db.read);
  return {
    presets: presets.map(({ name, type }) => ({ name, type })),
    mostMegabytes: MOST_BYTES / MEGABYTE,
  };
}

type Refusal =
  | "required"
  | "file_too_big"
  | "empty"
  | "not_text"
  | "damaged_archive"
  | "too_large"
  | "bad_name"
  | "preset";

export async function action({ request, context }: ActionFunctionArgs) {
  const { app } = context;
  const publicId = v7();
  const path = uploadPath(app.env.DATA_DIR, publicId);
  const refuse = async (
    file: Refusal,
    chosen: { type?: string; preset?: string } = {},
    status = 400,
  ) => {
    await rm(path, { force: true });
    return data({ file, chosen }, { status });
  };

  const uploaded = await receiveFile(request, path).catch((error: unknown) => {
    if (error instanceof TooBig) return "file_too_big";
    if (error instanceof BadName) return "bad_name";
    throw error;
  });
  if (uploaded === "file_too_big") return refuse(uploaded, {}, 413);
  if (uploaded === "bad_name") return refuse(uploaded);
  const chosen = {
    type: String(uploaded.form.get("type") ?? ""),
    preset: String(uploaded.form.get("preset") ?? ""),
  };
  if (!uploaded.filename) return refuse("required", chosen);
  if (!IMPORT_TYPES_LIST.includes(chosen.type as ImportType)) return refuse("required", chosen);
  const type = chosen.type as ImportType;
  const preset =
    (await listPresets(app.db.read, type)).find((p) => `${p.type}:${p.name}` === chosen.preset) ??
    null;
  if (chosen.preset && !preset) return refuse("preset", chosen);

  const shape = await inspectFile(path).catch((error: unknown) => {
    if (error instanceof UnreadableFile) return error.reason;
    throw error;
  });
  if (typeof shape === "string") return refuse(shape, chosen);
  const own = await listOwnFields(app.db.read, type);
  const plan = planImport(type, shape, await getCompany(app.db.read), preset, own);
  const staffId = requireStaff(context).id;
  await app.db.write((tx) =>
    createRun(tx, by(context), {
      type,
      filename: uploaded.filename,
      shape,
      ...plan,
      preset: preset?.name ?? null,
      origin: "screen",
      staffId,
      publicId,
    }),
  );
  return redirect(`/staff/imports/${publicId}`, 303);
}

export default function NewImport() {
  const t = useTranslations("imports");
  const tc = useTranslations("common");
  const { presets, mostMegabytes } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <Page width="text">
      <PageHeader title={t("new.title")} back={{ to: "/staff/imports", label: t("title") }} />
      <Form encType="multipart/form-data">
        {answer && (
          <Callout tone="error" focusable title={t("new.refused")}>
            {t(`refusals.${answer.file}`, { megabytes: mostMegabytes })}
          </Callout>
        )}
        <Fieldset legend={t("new.type")}>
          <RadioGroup
            name="type"
            variant="cards"
            defaultValue={answer?.chosen.type || "customers"}
            options={IMPORT_TYPES_LIST.map((type) => ({
              value: type,
              label: t(`types.${type}`),
              description: t(`typeHelp.${type}`),
            }))}
          />
        </Fieldset>
        <Field name="preset" label={t("new.preset")} help={t("new.presetHelp")} optional>
          <Select
            defaultValue={answer?.chosen.preset ?? ""}
            placeholder={t("new.noPreset")}
            options={presets.map((preset) => ({
              value: `${preset.type}:${preset.name}`,
              label: `${preset.name} (${t(`types.${preset.type}`)})`,
            }))}
          />
        </Field>
        <Field
          name="file"
          label={t("new.file")}
          help={t("new.fileHelp", { megabytes: mostMegabytes })}
        >
          <FileInput accept=".csv,.txt,.tsv,.gz,text/csv,text/plain" required />
        </Field>
        <Actions>
          <SubmitButton>{t("new.upload")}</SubmitButton>
          <LinkButton to="/staff/imports" variant="quiet">
            {tc("cancel")}
          </LinkButton>
        </Actions>
      </Form>
    </Page>
  );
}
