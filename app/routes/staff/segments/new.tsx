import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { SegmentRulesError } from "~/domain/segments/compile";
import { EVERYBODY } from "~/domain/segments/rule";
import { createSegment, findSegment } from "~/domain/segments/segments.server";
import { by } from "~/http/require";
import { translator } from "~/i18n/messages.server";
import { LinkButton } from "~/ui/button";
import { Page, PageHeader } from "~/ui/page";
import { readBuilder, readGiven, readPosted, startWith } from "./read-segment.server";
import { SegmentForm } from "./segment-form";

/** `?from=` a segment to begin with a copy of; `?rules=` rules as JSON, as reports hand them on. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams;
  const from = query.get("from");
  const asked = await readGiven(context, query.get("rules"));
  const copied = from ? await findSegment(context.app.db.read, from) : null;
  const name = copied ? translator(context.locale, "segments")("copyOf", { name: copied.name }) : "";
  return { ...(await readBuilder(context)), start: await startWith(context, name, copied?.rules ?? asked ?? EVERYBODY, 0) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const posted = await readPosted(await request.formData(), context);
  if (!posted.save) return data(posted, { status: posted.submitted ? 400 : 200 });
  try {
    const { publicId } = await context.app.db.write((tx) => createSegment(tx, by(context), posted));
    return redirect(`/staff/segments/${publicId}?saved=1`, 303);
  } catch (error) {
    // A segment that the rules ask about was archived after they had been looked at.
    if (!(error instanceof SegmentRulesError)) throw error;
    const { name, draft } = posted;
    return data({ save: false as const, again: { name, draft, version: 0, answer: { ok: false as const, problems: error.problems } }, nameError: undefined, submitted: true }, { status: 400 });
  }
}

export default function NewSegment() {
  const t = useTranslations("segments");
  const tc = useTranslations("common");
  const { start, ...builder } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <Page width="wide">
      <PageHeader title={t("newTitle")} back={{ to: "/staff/segments", label: t("title") }} />
      <SegmentForm
        {...builder}
        key={answer ? "again" : "new"}
        start={answer?.again ?? start}
        nameError={answer?.nameError}
        submitted={answer?.submitted ?? false}
        submit={t("save")}
      >
        <LinkButton to="/staff/segments">{tc("cancel")}</LinkButton>
      </SegmentForm>
    </Page>
  );
}
