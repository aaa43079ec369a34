import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { KeyRound, Pause, Pencil, Play, Send, Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";

import { findEndpoint, listMessages } from "~/domain/integrations/webhooks.server";
import { found } from "~/http/require";
import { Badge } from "~/ui/badge";
import { LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime, Num } from "~/ui/values";
import { AnswerWords, EndpointChip, healthOf, MessageChip } from "./endpoint-chip";

const A_PAGE = 50;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const endpoint = found(await findEndpoint(db, params.id ?? ""));
  const { publicId, url, description, eventTypes, state, failingSince, disabledAt } = endpoint;
  const before = Number(new URL(request.url).searchParams.get("after")) || undefined;
  const rows = await listMessages(db, endpoint.id, { before, limit: A_PAGE + 1 });
  return {
    publicId, url, description, types: eventTypes, state, failingSince, disabledAt, health: healthOf(endpoint),
    older: rows.length > A_PAGE ? String(rows[A_PAGE - 1]!.id) : null,
    messages: rows.slice(0, A_PAGE).map(({ publicId, type, state, attempts, createdAt, nextAt, last }) => ({
      publicId, type, state, attempts, createdAt, nextAt, status: last?.status ?? null, failure: last?.failure ?? null,
    })),
  };
}

export default function WebhookEndpoint() {
  const t = useTranslations("webhooks");
  const { url, description, types, health, older, messages } = useLoaderData<typeof loader>();
  return (
    <>
      <TextLink to="/staff/settings/webhooks" className="text-sm">
        {t("title")}
      </TextLink>
      <div className="mt-2 mb-4">
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          <span className="break-all">{url}</span> <EndpointChip health={health} />
        </h2>
        {description && <p className="text-muted">{description}</p>}
        <p className="mt-2 flex flex-wrap gap-1.5" lang="en">
          {types.map((type) => (
            <Badge key={type} tone="outline">
              {type}
            </Badge>
          ))}
        </p>
      </div>
      <Trouble />
      <Verbs />
      <Section title={t("messages")} description={t("messagesHelp")}>
        {messages.length === 0 ? (
          <p className="text-muted">{t("noMessages")}</p>
        ) : (
          <Table
            caption={t("messages")}
            rows={messages}
            rowKey={(row) => row.publicId}
            columns={[
              { key: "type", header: t("type"), grow: true, label: "", cell: (row) => <RowLink to={`messages/${row.publicId}`}>{row.type}</RowLink> },
              { key: "at", header: t("at"), cell: (row) => <DateTime at={row.createdAt} show="dateTime" /> },
              { key: "attempts", header: t("attempts"), align: "end", hide: "md", cell: (row) => <Num value={row.attempts} /> },
              { key: "answer", header: t("answer"), cell: (row) => (row.attempts ? <AnswerWords {...row} /> : "–") },
              { key: "state", header: t("state"), cell: (row) => <MessageChip state={row.state} /> },
            ]}
          />
        )}
        <Pagination older={older} newer={null} />
      </Section>
    </>
  );
}

function Trouble() {
  const t = useTranslations("webhooks");
  const { health, failingSince, disabledAt } = useLoaderData<typeof loader>();
  if (health === "disabled" && disabledAt !== null)
    return (
      <Callout tone="error" title={t("disabledSince")} className="mb-4">
        <DateTime at={disabledAt} show="dateTime" />. {t("disabledHelp")}
      </Callout>
    );
  if (health === "failing" && failingSince !== null)
    return (
      <Callout tone="warn" title={t("failingSince")} className="mb-4">
        <DateTime at={failingSince} show="dateTime" />. {t("failingHelp")}
      </Callout>
    );
  return null;
}

function Verbs() {
  const t = useTranslations("webhooks");
  const { state, url } = useLoaderData<typeof loader>();
  const verb = (action: string, label: string, icon: typeof Pause) => (
    <Form action={action} className="contents">
      <SubmitButton variant="secondary" icon={icon}>
        {label}
      </SubmitButton>
    </Form>
  );
  return (
    <div className="flex flex-wrap gap-2">
      {state === "on" ? (
        <>
          {verb("test", t("test"), Send)}
          {verb("pause", t("pause"), Pause)}
        </>
      ) : (
        verb("resume", t("resume"), Play)
      )}
      <LinkButton to="edit" icon={Pencil}>
        {t("change")}
      </LinkButton>
      <LinkButton to="rotate" icon={KeyRound}>
        {t("rotate")}
      </LinkButton>
      <ConfirmDialog
        trigger={{ children: t("delete"), variant: "danger-quiet", icon: Trash2 }}
        title={t("deleteTitle")}
        form={
          <Form action="delete" className="contents">
            <SubmitButton variant="danger">{t("delete")}</SubmitButton>
          </Form>
        }
      >
        <p className="break-all">{url}</p>
        <p>{t("deleteWhat")}</p>
      </ConfirmDialog>
    </div>
  );
}
