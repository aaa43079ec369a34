import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { addDays, dayIn } from "~/domain/company/calendar";
import { getCompany } from "~/domain/company/company.server";
import { LANE_NAMES, LANES } from "~/domain/deliveries/lane";
import { getSendingLimits, saveSendingLimits } from "~/domain/deliveries/limits.server";
import { sendingLimitsOf, sendingSchema, typedOf, warmUpDays } from "~/domain/deliveries/throttle";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Checkbox, Input } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { PlainTable } from "~/ui/table";

import { SpeedFields } from "../sending/speed-fields";

export async function loader({ context }: LoaderFunctionArgs) {
  const { app } = context;
  const limits = await getSendingLimits(app.db.read);
  const { timeZone } = await getCompany(app.db.read);
  return { limits, today: dayIn(timeZone, app.clock()) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), sendingSchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => saveSendingLimits(tx, by(context), sendingLimitsOf(submission.value)));
  return redirectSaying(context.app, "/staff/settings/sending", { key: "speed.saved" });
}

export default function SendingSettings() {
  const t = useTranslations("speed");
  const { limits, today } = useLoaderData<typeof loader>();
  const { warmUp } = limits;
  const [form, fields] = useSchemaForm(sendingSchema, {
    lastResult: useActionData<typeof action>()?.result,
    defaultValue: {
      ...typedOf(limits),
      lanes: limits.lanes,
      warmUp: warmUp ? "on" : undefined,
      ...(warmUp ?? { startDay: today, factor: 1.5 }),
    },
    id: "sending",
  });
  const lanes = fields.lanes.getFieldset();
  return (
    <Form form={form} className="max-w-3xl gap-0">
      <FormError form={form} />
      <Section first title={t("title")} description={t("lead")}>
        <p className="-mt-2 mb-4 text-sm text-muted">{t("none")}</p>
        <div className="flex flex-col gap-5">
          <SpeedFields fields={fields} />
        </div>
      </Section>
      <Section title={t("lanes")} description={t("lanesHelp")}>
        <div className="grid gap-x-5 gap-y-4 sm:grid-cols-3">
          {LANES.map((lane) => (
            <Field key={lane} of={lanes[lane]} label={LANE_NAMES[lane]} required={false}>
              <Input inputMode="numeric" autoComplete="off" suffix={t("perHour")} className="pr-18!" />
            </Field>
          ))}
        </div>
      </Section>
      <Section title={t("warmUp")} description={t("warmUpHelp")}>
        <Checkbox of={fields.warmUp} label={t("warmUpOn")} />
        <div className="mt-5 grid gap-5 sm:grid-cols-2">
          <Field of={fields.startDay} label={t("startDay")} required={false}>
            <Input type="date" />
          </Field>
          <Field of={fields.first} label={t("first")} required={false}>
            <Input inputMode="numeric" autoComplete="off" />
          </Field>
          <Field of={fields.factor} label={t("factor")} help={t("factorHelp")} required={false}>
            <Input inputMode="decimal" autoComplete="off" />
          </Field>
          <Field of={fields.target} label={t("target")} required={false}>
            <Input inputMode="numeric" autoComplete="off" />
          </Field>
        </div>
        {warmUp && <Plan days={warmUpDays(warmUp)} today={today} />}
      </Section>
      <Actions className="mt-8">
        <SubmitButton>{t("save")}</SubmitButton>
      </Actions>
    </Form>
  );
}

function Plan({ days, today }: { days: { day: string; count: number }[]; today: string }) {
  const t = useTranslations("speed");
  const format = useFormat();
  const last = days.at(-1);
  if (!last) return null;
  const over = addDays(last.day, 1);
  return (
    <div className="mt-6 max-w-md">
      <h3 className="mb-2 font-medium">{t("plan")}</h3>
      {today >= over ? (
        <p className="text-muted">{t("planOver", { day: format.fullDay(last.day) })}</p>
      ) : (
        <>
          <PlainTable
            caption={t("plan")}
            head={
              <tr>
                <th scope="col">{t("planDay")}</th>
                <th scope="col" className="text-end!">
                  {t("planCount")}
                </th>
              </tr>
            }
          >
            {days.map(({ day, count }) => (
              <tr key={day} className={day < today ? "text-muted" : day === today ? "font-medium" : ""}>
                <th scope="row" className={day === today ? "" : "font-normal!"}>
                  {format.day(day)}
                  {day === today && ` · ${t("planToday")}`}
                </th>
                <td className="tabular text-end">{format.number(count)}</td>
              </tr>
            ))}
          </PlainTable>
          <p className="mt-2 text-sm text-muted">{t("planEnds", { day: format.fullDay(over) })}</p>
        </>
      )}
    </div>
  );
}
