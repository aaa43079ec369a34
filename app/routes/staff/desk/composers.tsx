import { Link, useActionData, useLoaderData, useLocation, useRevalidator, useSearchParams } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { Gavel, Lock, type LucideIcon, Send } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";

import type { CaseAnswer, CaseData, Composer } from "./case.server";
import { decisionSchema, noteSchema, PHOTOS_PER_MESSAGE, staffReplySchema } from "~/domain/cases/complaint";
import { REMEDIES } from "~/domain/cases/case";
import { useAutosave } from "~/ui/autosave";
import { Badge } from "~/ui/badge";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Checkbox, RadioGroup, Select, Textarea } from "~/ui/inputs";
import { PhotoUpload } from "~/ui/photo-upload";

const ICONS: Record<Composer, LucideIcon> = { reply: Send, note: Lock, decide: Gavel };

/**
 * Where one writes. Reply, note and decision are three forms of their own, at three addresses; the note looks like
 * nothing that goes out.
 */
export function Composers() {
  const { may, compose } = useLoaderData<CaseData>();
  const answer = useActionData<CaseAnswer>();
  const t = useTranslations("desk");
  const [params] = useSearchParams();
  const there: Composer[] = [...(may.inform ? (["reply"] as const) : []), "note", ...(may.decide ? (["decide"] as const) : [])];
  const wanted = answer?.composer ?? compose;
  const open = wanted && there.includes(wanted) ? wanted : there[0]!;
  useComposerFocus(open);
  const to = (kind: Composer) => `?${new URLSearchParams({ ...(params.get("view") && { view: params.get("view")! }), compose: kind })}`;
  return (
    <section
      aria-label={t(`compose.${open}`)}
      className={cx("border-t px-4 pt-2 pb-5 sm:px-6 xl:sticky xl:bottom-0 xl:z-20", open === "note" ? "border-dashed border-amber bg-amber-wash" : "border-line bg-paper")}
    >
      <nav aria-label={t("compose.label")} className="mb-2 flex gap-1">
        {there.map((kind) => (
          <Link
            key={kind}
            to={to(kind)}
            state={{ focus: kind }}
            preventScrollReset
            aria-current={kind === open ? "true" : undefined}
            className={cx("inline-flex min-h-8 items-center gap-1.5 border-b-2 px-2.5", kind === open ? (kind === "note" ? "border-amber font-semibold text-amber" : "border-pine font-semibold") : "border-transparent text-muted hover:text-ink")}
          >
            <Icon of={ICONS[kind]} size={14} />
            {t(`compose.${kind}`)}
          </Link>
        ))}
      </nav>
      {open === "reply" && <Reply />}
      {open === "note" && <Note />}
      {open === "decide" && <Decide />}
    </section>
  );
}

/** R and N bring the cursor to where they lead; merely opening a case does not take the focus away. */
function useComposerFocus(open: Composer) {
  const { state, key } = useLocation();
  const wanted = (state as { focus?: Composer } | null)?.focus;
  useEffect(() => {
    if (wanted === open) document.querySelector<HTMLElement>("#composer textarea, #composer input[type=radio]")?.focus();
  }, [wanted, open, key]);
}

type Draft = CaseData["drafts"]["reply"];

function useComposer(kind: Composer, schema: typeof staffReplySchema, draft: Draft) {
  const { about, thread, me } = useLoaderData<CaseData>();
  const answer = useActionData<CaseAnswer>();
  const [params] = useSearchParams();
  const mine = answer?.composer === kind ? answer : undefined;
  const { photos, waitForCustomer, ...typed } = draft;
  // What I have sent leaves the composer empty; what colleagues send leaves it alone.
  const sent = thread.filter((entry) => entry.authorId === me).length;
  const [form, fields] = useSchemaForm(schema, { id: `${kind}-${about.publicId}-${sent}`, lastResult: mine?.result ?? null, defaultValue: { ...typed, ...(waitForCustomer && { waitForCustomer }) } });
  const wrap = useRef<HTMLDivElement>(null);
  const formRef = { get current() { return wrap.current?.querySelector("form") ?? null; } } as RefObject<HTMLFormElement>;
  const draftKey = `${kind === "decide" ? "decision" : kind}:${about.publicId}`;
  useAutosave(formRef, "/staff/desk/drafts", draftKey);
  const { revalidate } = useRevalidator();
  const view = params.get("view");
  return {
    fields: fields as unknown as Record<string, unknown>,
    frame: (children: ReactNode) => (
      <div ref={wrap} id="composer" key={sent}>
        <Form form={form} action={`/staff/desk/${about.publicId}/${kind}${view ? `?view=${view}` : ""}`} encType="multipart/form-data" className="max-w-[44rem] gap-3" preventScrollReset>
          <FormError form={form} />
          {children}
          <input type="hidden" name="submissionKey" value={draft.submissionKey} />
        </Form>
      </div>
    ),
    photos: (
      <PhotoUpload photos={photos} photoPath="/staff/desk/photos/" uploadTo="/staff/desk/photos" draftKey={draftKey} most={PHOTOS_PER_MESSAGE} error={mine?.photoError} onUploaded={revalidate} />
    ),
  };
}

function Reply() {
  const { about, drafts } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  const tc = useTranslations("common");
  const { fields, frame, photos } = useComposer("reply", staffReplySchema, drafts.reply);
  return frame(
    <>
      <Field of={fields.message} label={t("replyTo", { name: about.customer })} help={<WritesIn language={tc(`languages.${about.locale as "en"}`)} />}>
        <Textarea rows={3} />
      </Field>
      <Checkbox of={fields.waitForCustomer} label={t("waitForCustomer")} help={about.statutoryDueAt !== null && about.answeredAt === null ? t("clockRuns") : undefined} />
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
        <SubmitButton icon={Send}>{t("sendReply", { name: about.customer })}</SubmitButton>
        {photos}
      </div>
    </>,
  );
}

function Note() {
  const { drafts } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  const { fields, frame, photos } = useComposer("note", noteSchema as unknown as typeof staffReplySchema, drafts.note);
  return frame(
    <>
      <Field
        of={fields.message}
        label={
          <span className="inline-flex items-center gap-1.5 text-amber">
            <Icon of={Lock} size={14} />
            {t("noteTitle")}
          </span>
        }
      >
        <Textarea rows={3} className="border-dashed" />
      </Field>
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
        <SubmitButton variant="secondary" icon={Lock}>
          {t("saveNote")}
        </SubmitButton>
        {photos}
      </div>
    </>,
  );
}

function Decide() {
  const { about, drafts, decisions, acceptedByLaw } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  const th = useTranslations("help");
  const tc = useTranslations("common");
  const { fields, frame } = useComposer("decide", decisionSchema as unknown as typeof staffReplySchema, drafts.decide);
  return frame(
    <>
      <Fieldset of={fields.decision} legend={t("decision")} help={acceptedByLaw ? t("byLaw.text") : undefined}>
        <RadioGroup of={fields.decision} columns={3} options={decisions.map((decision) => ({ value: decision, label: t(`decisions.${decision}`) }))} />
      </Fieldset>
      <Field of={fields.grantedRemedy} label={t("grant")} help={about.lines[0] && t("wantsThat", { remedy: th(`remedies.${about.lines[0].wantedRemedy}`) })} required={false}>
        <Select placeholder={t("grantNothing")} options={REMEDIES.map((remedy) => ({ value: remedy, label: th(`remedies.${remedy}`) }))} className="max-w-72" wrapperClassName="max-w-72" />
      </Field>
      <Field of={fields.message} label={t("reasons")} help={<WritesIn language={tc(`languages.${about.locale as "en"}`)} />}>
        <Textarea rows={3} />
      </Field>
      <input type="hidden" name="version" value={about.version} />
      <Actions>
        <SubmitButton icon={Gavel}>{t("sendDecision", { name: about.customer })}</SubmitButton>
      </Actions>
    </>,
  );
}

function WritesIn({ language }: { language: string }) {
  const t = useTranslations("desk");
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone="outline">{t("writesIn", { language })}</Badge>
      {t("goesOut")}
    </span>
  );
}
