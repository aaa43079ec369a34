import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { RotateCcw } from "lucide-react";
import { useTranslations } from "use-intl";

import { findEndpoint, findMessage, resendMessage } from "~/domain/integrations/webhooks.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";
import { Actions, SubmitButton, TextLink } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import { Table } from "~/ui/table";
import { DateTime, Num } from "~/ui/values";
import { AnswerWords, MessageChip } from "./endpoint-chip";

const read = async ({ params, context }: Pick<LoaderFunctionArgs, "params" | "context">) => {
  const endpoint = found(await findEndpoint(context.app.db.read, params.id ?? ""));
  return { endpoint, message: found(await findMessage(context.app.db.read, endpoint.id, params.message ?? "")) };
};

export async function loader(args: LoaderFunctionArgs) {
  const { endpoint, message } = await read(args);
  const { publicId, type, body, state, createdAt, nextAt, tries } = message;
  return {
    endpoint: endpoint.publicId, url: endpoint.url, publicId, type, body, state, createdAt, nextAt,
    tries: tries.map(({ at, ms, status, failure, answer }, i) => ({ key: i + 1, at, ms, status, failure, answer })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const { endpoint, message } = await read(args);
  await args.context.app.db.write((tx) => resendMessage(tx, by(args.context), message));
  return redirectSaying(args.context.app, `/staff/settings/webhooks/${endpoint.publicId}/messages/${message.publicId}`, { key: "webhooks.said.resent" });
}

export default function WebhookMessage() {
  const t = useTranslations("webhooks");
  const message = useLoaderData<typeof loader>();
  return (
    <>
      <TextLink to={`/staff/settings/webhooks/${message.endpoint}`} className="text-sm break-all">
        {message.url}
      </TextLink>
      <h2 className="mt-2 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
        <span lang="en">{message.type}</span> <MessageChip state={message.state} />
      </h2>
      <DataList
        items={[
          ["webhook-id", <code key="id" className="break-all">{message.publicId}</code>],
          [t("at"), <DateTime key="at" at={message.createdAt} show="dateTime" />],
          ...(message.state === "waiting" ? [[t("nextTry"), <DateTime key="next" at={message.nextAt} show="dateTime" />] as const] : []),
        ]}
      />
      <pre tabIndex={0} aria-label={t("body")} className="mt-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap break-all">
        {JSON.stringify(JSON.parse(message.body), null, 2)}
      </pre>
      <Form className="mt-3">
        <Actions>
          <SubmitButton variant="secondary" icon={RotateCcw}>
            {t("resend")}
          </SubmitButton>
        </Actions>
      </Form>
      <Section title={t("tries")}>
        {message.tries.length === 0 ? (
          <p className="text-muted">{t("noTries")}</p>
        ) : (
          <Table
            caption={t("tries")}
            rows={message.tries}
            rowKey={(row) => row.key}
            columns={[
              { key: "at", header: t("at"), label: "", cell: (row) => <DateTime at={row.at} show="dateTime" /> },
              { key: "status", header: t("answer"), cell: (row) => <AnswerWords {...row} /> },
              { key: "ms", header: t("took"), align: "end", cell: (row) => <Num value={row.ms} /> },
              { key: "words", header: t("words"), grow: true, cell: (row) => <span className="break-all font-mono text-sm">{row.answer ?? "–"}</span> },
            ]}
          />
        )}
      </Section>
    </>
  );
}
