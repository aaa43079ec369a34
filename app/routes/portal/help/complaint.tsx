import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs } from "@remix-run/node";
import { data, redirect, useActionData, useLoaderData, useRevalidator } from "@remix-run/react";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslations } from "use-intl";
import { v7 } from "uuid";

import { answerDueAt } from "~/domain/cases/answer-clock";
import { listPendingPhotos } from "~/domain/cases/attachments.server";
import { COMPLAINT_REASONS, REMEDIES, type ComplaintReason, type Remedy } from "~/domain/cases/case";
import { fileComplaint } from "~/domain/cases/filing.server";
import {
  COMPLAINT_STEPS, complaintDraftSchema, complaintSchema, firstOpenStep, PHOTOS_PER_MESSAGE, reasonStep, refuseComplaint, remedyStep, storyStep,
  type ComplaintDraft, type ComplaintStep,
} from "~/domain/cases/complaint";
import { findCaseBySubmission, findComplainableLine } from "~/domain/cases/customer-cases.server";
import { dropDraft, findDraft, mergeDraft, type DraftKey } from "~/domain/cases/drafts.server";
import { photoError, photoIdsOf, removePhoto, takePhotos } from "~/domain/cases/pending-photos.server";
import { dayIn } from "~/domain/company/calendar";
import { getCompany } from "~/domain/company/company.server";
import { parseForm, refuse } from "~/http/forms";
import { by, found, requireCustomer } from "~/http/require";
import { filesOf, HANG_UP, PHOTO_FORM_BYTES, readForm } from "~/http/uploads.server";
import { useAutosave } from "~/ui/autosave";
import { Actions, LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup, Textarea } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { PhotoUpload, type UploadedPhoto } from "~/ui/photo-upload";
import { Day, LegalDay } from "~/ui/values";
import { LawZone } from "./law-zone";

const SCHEMAS = { reason: reasonStep, story: storyStep, remedy: remedyStep };

/** A complaint, one question a page. What was answered is kept on the server at each step, and while it is typed. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const customer = requireCustomer(context);
  const { db, clock } = context.app;
  const line = found(await findComplainableLine(db.read, customer.partyId, params.line ?? ""));
  const draft = readDraft(await findDraft(db.read, customer, keyOf(line.publicId)));
  const wanted = stepOf(params.step);
  const open = firstOpenStep(draft);
  // Nobody lands on a question whose predecessors have no answer; the last page is for complete complaints only.
  if (!wanted || COMPLAINT_STEPS.indexOf(wanted) > reachable(open)) throw redirect(pathOf(line.publicId, wanted ? open : firstStepToShow(open)));
  const { timeZone } = await getCompany(db.read);
  return {
    line,
    step: wanted,
    draft,
    photos: (await listPendingPhotos(db.read, customer.partyId, draft.attachmentIds)).map(({ publicId, filename }) => ({ publicId, filename })),
    today: dayIn(context.timeZone, clock()),
    answerBy: answerDueAt(clock(), timeZone),
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const line = found(await findComplainableLine(context.app.db.read, customer.partyId, params.line ?? ""));
  const step = found(stepOf(params.step));
  const form = await readForm(request, PHOTO_FORM_BYTES);
  if (!form) return data({ result: null, photoError: "file_too_big" }, { status: 413, headers: HANG_UP });
  if (form.get("intent") === "file") return send(context, line, String(form.get("submissionKey")));
  if (typeof form.get("remove") === "string" || step === "photos") return changePhotos(context, line, form);
  if (step === "check") return redirect(pathOf(line.publicId, "remedy"), 303);
  return answer(context, line, step, form);
}

type Line = NonNullable<Awaited<ReturnType<typeof findComplainableLine>>>;

async function changePhotos(context: AppLoadContext, line: Line, form: FormData) {
  const customer = requireCustomer(context);
  const { db, clock } = context.app;
  const target = { owner: customer, key: keyOf(line.publicId), partyId: customer.partyId };
  const removed = form.get("remove");
  if (typeof removed === "string") {
    await removePhoto(db, by(context), target, removed);
    return redirect(pathOf(line.publicId, "photos"), 303);
  }
  const taken = await takePhotos(db, by(context), target, await filesOf(form, "photos"));
  if (taken.refused) return data({ result: null, photoError: photoError(taken, clock()) }, { status: 422 });
  // Photos that have just come up are shown before going on.
  if (taken.attachments.length > 0) return redirect(pathOf(line.publicId, "photos"), 303);
  return redirect(pathOf(line.publicId, form.get("intent") === "back" ? "story" : "remedy"), 303);
}

async function answer(context: AppLoadContext, line: Line, step: keyof typeof SCHEMAS, form: FormData) {
  const { db, clock } = context.app;
  // Kept before it is judged: what is wrong must not be typed again either.
  const typed = Object.fromEntries([...form].filter(([name, value]) => name in SCHEMAS[step].shape && typeof value === "string"));
  const keep = (before: Record<string, unknown>) => ({ submissionKey: before.submissionKey ?? v7(), ...typed });
  await db.write((tx) => mergeDraft(tx, requireCustomer(context), keyOf(line.publicId), keep, clock()));
  const at = COMPLAINT_STEPS.indexOf(step);
  if (form.get("intent") === "back") return redirect(at === 0 ? "/portal/help/new" : pathOf(line.publicId, COMPLAINT_STEPS[at - 1]!), 303);
  const submission = parseForm(form, SCHEMAS[step] as typeof reasonStep);
  if (submission.status !== "success") return refuse(submission);
  const wrong = refuseComplaint({ quantity: 1, ...(submission.value as object) }, line, clock(), context.timeZone);
  if (wrong) return refuse(submission, { fields: { [wrong.field]: [wrong.error] } });
  return redirect(pathOf(line.publicId, COMPLAINT_STEPS[at + 1]!), 303);
}

/** Where a complaint that is refused is mended. */
const MEND = { quantity_too_big: "reason", noticed_in_future: "story", unknown_photo: "photos", unknown_line: "reason", order_cancelled: "reason" } as const;

async function send(context: AppLoadContext, line: Line, submissionKey: string) {
  const customer = requireCustomer(context);
  const { db } = context.app;
  const key = keyOf(line.publicId);
  const draft = await findDraft(db.read, customer, key);
  const complete = complaintSchema.safeParse(draft);
  if (!draft || !complete.success || draft.submissionKey !== submissionKey) {
    // Sent a second time: the draft is gone because the complaint is there.
    const there = await findCaseBySubmission(db.read, customer.partyId, submissionKey);
    return redirect(there ? `/portal/help/${there}?filed=1` : pathOf(line.publicId, firstOpenStep(readDraft(draft))), 303);
  }
  const { partyId } = customer;
  const filed = await db.write(async (tx) => {
    const result = await fileComplaint(tx, by(context), { ...complete.data, partyId, orderLinePublicId: line.publicId, submissionKey, locale: context.locale });
    if (result.ok) await dropDraft(tx, customer, key);
    return result;
  });
  return redirect(filed.ok ? `/portal/help/${filed.publicId}?filed=1` : pathOf(line.publicId, MEND[filed.reason]), 303);
}

const keyOf = (line: string): DraftKey => `complaint:${line}`;
const pathOf = (line: string, step: ComplaintStep) => `/portal/help/new/${line}/${step}`;
const stepOf = (text: string | undefined) => COMPLAINT_STEPS.find((step) => step === text);

function readDraft(kept: Record<string, unknown> | null): ComplaintDraft {
  return complaintDraftSchema.parse({ submissionKey: v7(), attachmentIds: photoIdsOf(kept), ...kept });
}

/** Photos may be left out, so whoever has told the story may go on to them and to the remedy. */
function reachable(open: ComplaintStep): number {
  return COMPLAINT_STEPS.indexOf(open);
}

/** Coming back to a complaint half filled in: where it was left. */
function firstStepToShow(open: ComplaintStep): ComplaintStep {
  return open === "remedy" ? "photos" : open;
}

export default function Complaint() {
  const { line, step } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const number = COMPLAINT_STEPS.indexOf(step) + 1;
  return (
    <Page width="text">
      <PageHeader
        title={t(`steps.${step}.title`)}
        back={{ to: "/portal/help", label: t("title") }}
        lead={t.has(`steps.${step}.lead`) ? t(`steps.${step}.lead`) : undefined}
        meta={
          <>
            <span>{t("step", { number, count: COMPLAINT_STEPS.length })}</span>
            <span className="min-w-0 truncate">
              {line.name} · {t("line.order", { number: line.orderNumber })}
            </span>
          </>
        }
      />
      <div role="presentation" className="mb-6 grid max-w-xl grid-cols-5 gap-1.5">
        {COMPLAINT_STEPS.map((one, index) => (
          <span key={one} className={index < number ? "h-1 rounded-full bg-pine" : "h-1 rounded-full bg-line"} />
        ))}
      </div>
      <Step key={step} />
    </Page>
  );
}

function Step() {
  const { step } = useLoaderData<typeof loader>();
  if (step === "reason") return <ReasonStep />;
  if (step === "story") return <StoryStep />;
  if (step === "photos") return <PhotosStep />;
  return step === "remedy" ? <RemedyStep /> : <CheckStep />;
}

function useStep(step: keyof typeof SCHEMAS) {
  const { draft, line } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as { result?: never } | undefined;
  const [form, fields] = useSchemaForm(SCHEMAS[step] as typeof reasonStep, { id: step, lastResult: answer?.result, defaultValue: { quantity: 1, ...draft } as never });
  const element = useRef<HTMLDivElement>(null);
  const formRef = { get current() { return element.current?.querySelector("form") ?? null; } } as React.RefObject<HTMLFormElement>;
  useAutosave(formRef, "/portal/help/drafts", `complaint:${line.publicId}`);
  return { form, fields: fields as unknown as Record<string, unknown>, wrap: (children: ReactNode) => <div ref={element}>{children}</div> };
}

function ReasonStep() {
  const { line } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const { form, fields, wrap } = useStep("reason");
  return wrap(
    <Form form={form}>
      <FormError form={form} />
      <Fieldset of={fields.reason} legend={t("steps.reason.title")} hideLegend>
        <RadioGroup of={fields.reason} variant="cards" options={COMPLAINT_REASONS.map((reason) => ({ value: reason, label: t(`reasons.${reason}`), description: t(`reasonHelp.${reason}`) }))} />
      </Fieldset>
      {line.quantity > 1 && (
        <Field of={fields.quantity} label={t("howMany", { count: line.quantity })}>
          <Input type="number" inputMode="numeric" min={1} max={line.quantity} className="max-w-28" />
        </Field>
      )}
      <Steps />
    </Form>,
  );
}

function StoryStep() {
  const { today } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const { form, fields, wrap } = useStep("story");
  return wrap(
    <Form form={form}>
      <FormError form={form} />
      <Field of={fields.description} label={t("description")} help={t("descriptionHelp")}>
        <Textarea rows={6} />
      </Field>
      <Field of={fields.noticedOn} label={t("noticedOn")} optional>
        <Input type="date" max={today} className="max-w-52" />
      </Field>
      <Steps />
    </Form>,
  );
}

function PhotosStep() {
  const { photos, line } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as { photoError?: string } | undefined;
  const { revalidate } = useRevalidator();
  const t = useTranslations("help");
  return (
    <Form encType="multipart/form-data">
      <PhotoUpload
        photos={photos as UploadedPhoto[]}
        photoPath="/portal/help/photos/"
        uploadTo="/portal/help/photos"
        draftKey={`complaint:${line.publicId}`}
        most={PHOTOS_PER_MESSAGE}
        error={answer?.photoError}
        onUploaded={revalidate}
      />
      <p className="text-sm text-muted">{t("photosHelp", { most: PHOTOS_PER_MESSAGE })}</p>
      <Steps next={photos.length > 0 ? undefined : t("withoutPhotos")} />
    </Form>
  );
}

function RemedyStep() {
  const t = useTranslations("help");
  const { form, fields, wrap } = useStep("remedy");
  return wrap(
    <Form form={form}>
      <FormError form={form} />
      <Fieldset of={fields.wantedRemedy} legend={t("steps.remedy.title")} hideLegend>
        <RadioGroup of={fields.wantedRemedy} variant="cards" options={REMEDIES.map((remedy) => ({ value: remedy, label: t(`remedies.${remedy}`), description: t(`remedyHelp.${remedy}`) }))} />
      </Fieldset>
      <Steps />
    </Form>,
  );
}

function CheckStep() {
  const { line, draft, photos, answerBy } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const change = (step: ComplaintStep, label: string) => (
    <TextLink to={`/portal/help/new/${line.publicId}/${step}`} className="text-sm" aria-label={t("changeOf", { what: label })}>
      {t("change")}
    </TextLink>
  );
  const row = (step: ComplaintStep, label: string, value: ReactNode) =>
    [label, <span key={label} className="flex flex-wrap items-baseline justify-between gap-x-4"><span className="min-w-0 break-words whitespace-pre-line">{value}</span>{change(step, label)}</span>] as const;
  return (
    <Form>
      <DataList
        layout="stack"
        items={[
          row("reason", t("reason"), `${t(`reasons.${draft.reason as ComplaintReason}`)}${Number(draft.quantity ?? 1) > 1 ? ` · ${t("line.pieces", { count: Number(draft.quantity) })}` : ""}`),
          row("story", t("description"), draft.description),
          draft.noticedOn ? row("story", t("noticedOn"), <Day day={draft.noticedOn} />) : [null, null],
          row(
            "photos",
            t("photos"),
            photos.length === 0 ? t("noPhotos") : (
              <span className="flex flex-wrap gap-2">
                {photos.map((photo) => (
                  <img key={photo.publicId} src={`/portal/help/photos/${photo.publicId}`} alt={photo.filename} className="size-16 rounded-md border border-line object-cover" />
                ))}
              </span>
            ),
          ),
          row("remedy", t("wantedRemedy"), t(`remedies.${draft.wantedRemedy as Remedy}`)),
        ]}
      />
      <Callout title={t("law.title")}>
        <p>{t.rich("law.text", { date: () => <LegalDay endsAt={answerBy} show="long" className="font-medium" /> })}</p>
        <LawZone endsAt={answerBy} />
      </Callout>
      <input type="hidden" name="submissionKey" value={draft.submissionKey} />
      <Actions>
        <SubmitButton name="intent" value="file" size="lg">
          {t("sendComplaint")}
        </SubmitButton>
        <LinkButton to={`/portal/help/new/${line.publicId}/remedy`} variant="quiet" size="lg" icon={ArrowLeft}>
          {t("previous")}
        </LinkButton>
      </Actions>
    </Form>
  );
}

/** Back keeps what is typed too, so it posts as well. */
function Steps({ next }: { next?: string | undefined }) {
  const t = useTranslations("help");
  return (
    <Actions>
      <SubmitButton name="intent" value="next" size="lg">
        {next ?? t("next")}
      </SubmitButton>
      <SubmitButton name="intent" value="back" variant="quiet" size="lg" icon={ArrowLeft} formNoValidate>
        {t("previous")}
      </SubmitButton>
    </Actions>
  );
}
