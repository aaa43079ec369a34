import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { SubmitButton, TextLink } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";
import { Field, Form } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import type { readNotes, readProfile, Said } from "./read-record.server";
import { useSaid } from "./said";

type Profile = Awaited<ReturnType<typeof readProfile>>;
type Own = Profile["own"][number];
type Refused = { key: string; typed: string } | null;

/** What is known about somebody, each with who said it and when; the company's own fields are filled in here. */
export function CustomerProfile({ profile, notes, refused, mayMakeFields }: { profile: Profile; notes: Awaited<ReturnType<typeof readNotes>>; refused: Refused; mayMakeFields: boolean }) {
  const t = useTranslations("record");
  const tc = useTranslations("customers");
  const format = useFormat();
  return (
    <>
      <Section first title={t("profile.own")} description={t("profile.ownHelp")} actions={mayMakeFields && <TextLink to="/staff/settings/fields">{t("profile.settings")}</TextLink>}>
        {profile.own.length === 0 && <p className="text-muted">{t("profile.noFields")}</p>}
        <dl>
          {profile.own.map((field) => (
            <OwnField key={`${field.key}:${field.value}`} field={field} refused={refused?.key === field.key ? refused.typed : null} />
          ))}
        </dl>
      </Section>
      <Section title={t("profile.facts")} description={t("profile.factsHelp")}>
        <dl>
          {profile.facts
            .filter(({ said }) => said.some((one) => one.value !== null))
            .map(({ key, said }) => (
              <Fact key={key} name={t(`facts.${key}`)} said={said} kind={key} />
            ))}
          {profile.stages.length > 0 && (
            <Row name={t("profile.stage")}>
              <ol>
                {profile.stages.map(({ at, stage }) => (
                  <li key={`${at} ${stage}`}>
                    {tc(`stages.${stage}` as "stages.lead")} <span className="text-sm text-muted">{format.date(at)}</span>
                  </li>
                ))}
              </ol>
            </Row>
          )}
        </dl>
      </Section>
      <Notes notes={notes} />
    </>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-x-4 border-t border-line py-2.5 first:border-0 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

function Fact({ name, said, kind }: { name: string; said: readonly Said[]; kind: string }) {
  const t = useTranslations("record");
  const tc = useTranslations("common");
  const format = useFormat();
  const show = (value: string | null) => {
    if (value === null) return t("profile.unknown");
    if (kind === "birthday") return format.day(value);
    if (kind === "country") return format.country(value);
    if (kind === "locale" && tc.has(`languages.${value}` as "languages.en")) return tc(`languages.${value}` as "languages.en");
    return value;
  };
  return (
    <Row name={name}>
      <SaidList said={said} show={show} />
    </Row>
  );
}

/** The value of today with its source; the earlier ones behind a click. */
function SaidList({ said, show }: { said: readonly Said[]; show: (value: string | null) => string }) {
  const t = useTranslations("record");
  const line = useSaid();
  const [now, ...before] = said;
  if (!now) return <span className="text-muted">{t("profile.unknown")}</span>;
  return (
    <>
      <span className={now.value === null ? "text-muted" : undefined}>{show(now.value)}</span>
      <span className="block text-sm text-muted">{line(now)}</span>
      {before.length > 0 && (
        <details className="mt-1 text-sm text-muted">
          <summary className="cursor-pointer hover:text-ink">{t("profile.history", { count: before.length })}</summary>
          <ol className="mt-1 border-l-2 border-line pl-3">
            {before.map((one, i) => (
              <li key={i}>
                <span className="text-ink">{show(one.value)}</span> · {line(one)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function OwnField({ field, refused }: { field: Own; refused: string | null }) {
  const t = useTranslations("record");
  const format = useFormat();
  const show = (value: string | null) => {
    if (value === null) return t("profile.unknown");
    if (field.type === "day") return format.day(value);
    if (field.type === "number") return format.number(Number(value));
    if (field.type === "yes_no") return t(value === "yes" ? "yes" : "no");
    return field.options.find((option) => option.value === value)?.label ?? value;
  };
  return (
    <Row name={field.name}>
      <SaidList said={field.said} show={show} />
      <details className="mt-1" open={refused !== null}>
        <summary className="inline-block cursor-pointer text-sm text-pine hover:underline" aria-label={t("profile.changeOf", { name: field.name })}>
          {t("profile.change")}
        </summary>
        <Form className="mt-2 gap-3" preventScrollReset>
          <input type="hidden" name="intent" value="fact" />
          <input type="hidden" name="field" value={field.key} />
          <Field name="value" label={field.name} help={field.description || t("profile.emptyHelp")} error={refused === null ? undefined : field.type === "number" ? "number" : "invalid"} required={false}>
            <ValueInput field={field} value={refused ?? field.value ?? ""} />
          </Field>
          <div>
            <SubmitButton size="sm">{t("profile.save")}</SubmitButton>
          </div>
        </Form>
      </details>
    </Row>
  );
}

function ValueInput({ field, value }: { field: Own; value: string }) {
  const t = useTranslations("record");
  const choices = field.type === "yes_no" ? [{ value: "yes", label: t("yes") }, { value: "no", label: t("no") }] : field.options;
  if (field.type === "choice" || field.type === "yes_no") return <Select placeholder="–" defaultValue={value} options={choices} />;
  return <Input type={field.type === "day" ? "date" : "text"} inputMode={field.type === "number" ? "decimal" : undefined} defaultValue={value} maxLength={field.type === "text" ? 500 : 40} autoComplete="off" />;
}

function Notes({ notes }: { notes: Awaited<ReturnType<typeof readNotes>> }) {
  const t = useTranslations("record.note");
  const line = useSaid();
  if (notes.length === 0) return null;
  return (
    <Section title={t("list")}>
      <ul>
        {notes.map((note) => (
          <li key={note.publicId} className="border-t border-line py-2.5 first:border-0">
            <p className="break-words whitespace-pre-line">{note.body}</p>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-sm text-muted">
              {line(note)}
              <ConfirmDialog
                trigger={{ children: t("remove"), variant: "danger-quiet", size: "sm" }}
                title={t("removeTitle")}
                form={
                  <Form className="contents">
                    <input type="hidden" name="intent" value="unnote" />
                    <input type="hidden" name="note" value={note.publicId} />
                    <SubmitButton variant="danger">{t("remove")}</SubmitButton>
                  </Form>
                }
              >
                <p>{t("removeWhat")}</p>
              </ConfirmDialog>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
