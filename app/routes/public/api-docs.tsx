import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { RESOURCES, type Resource } from "~/domain/integrations/token";
import { EVENT_TYPE_NAMES } from "~/domain/integrations/webhook";
import { PROBLEMS } from "~/http/api/problem";
import { Badge } from "~/ui/badge";
import { TextLink } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { PlainFrame } from "~/ui/frame";
import { PageHeader, Section } from "~/ui/page";
import { PlainTable } from "~/ui/table";
import { describeApi } from "../api/describe.server";

export function loader({ context }: LoaderFunctionArgs) {
  const problems = Object.entries(PROBLEMS).map(([code, [status, title]]) => ({ code, status, title }));
  return { problems, server: context.app.env.APP_URL, perMinute: context.app.env.API_REQUESTS_PER_MINUTE, ...describeApi(context.app.env.APP_URL) };
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

/** The API for people: the same words and schemas as the document for programs. */
export default function ApiDocs() {
  const t = useTranslations("api");
  const { server, perMinute, problems, operations, schemas } = useLoaderData<typeof loader>();
  return (
    <PlainFrame mood="staff" width="wide">
      <PageHeader title={t("docs.title")} lead={t("docs.lead")} />
      <p>
        <TextLink to="/api/v1/openapi.json" reloadDocument>
          openapi.json
        </TextLink>{" "}
        (OpenAPI 3.1)
      </p>
      <Section title={t("docs.begin")}>
        <p>{t("docs.beginHelp")}</p>
        <pre tabIndex={0} className="mt-2 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm">{`curl ${server}/api/v1/parties?limit=2 -H "Authorization: Bearer $TOKEN"`}</pre>
      </Section>
      <Section title={t("docs.rules")}>
        <DataList
          items={(["values", "pages", "changes", "again", "limits"] as const).map((key) => [t(`docs.${key}`), t(`docs.${key}Help`, { perMinute })])}
        />
      </Section>
      {RESOURCES.map((resource) => (
        <ResourceSection key={resource} resource={resource} operations={operations.filter((one) => one.resource === resource)} />
      ))}
      <Webhooks />
      <Section title={t("docs.shapes")} description={t("docs.shapesHelp")}>
        <div lang="en" className="space-y-2">
          {schemas.map((schema) => (
            <Shape key={schema.name} {...schema} />
          ))}
        </div>
      </Section>
      <Section title={t("docs.problems")} description={t("docs.problemsHelp")}>
        <PlainTable caption="application/problem+json">
          {problems.map(({ code, status, title }) => (
            <tr key={code} id={code}>
              <td className="tabular">{status}</td>
              <td>
                <code>{code}</code>
              </td>
              <td lang="en">{title}</td>
            </tr>
          ))}
        </PlainTable>
      </Section>
    </PlainFrame>
  );
}

function Webhooks() {
  const t = useTranslations("api");
  return (
    <div id="webhooks">
      <Section title={t("docs.webhooks")}>
        <div className="space-y-2">
          <p>{t("docs.webhooksHelp")}</p>
          <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm">{VERIFY}</pre>
          <p>{t("docs.webhooksOrder")}</p>
          <p className="flex flex-wrap gap-x-3" lang="en">
            {EVENT_TYPE_NAMES.map((type) => (
              <code key={type}>{type}</code>
            ))}
          </p>
        </div>
      </Section>
    </div>
  );
}

const VERIFY = `key       = base64decode(secret without "whsec_")
signature = "v1," + base64(hmac_sha256(key, webhook-id + "." + webhook-timestamp + "." + body))`;

function ResourceSection({ resource, operations }: { resource: Resource; operations: Loaded["operations"] }) {
  const t = useTranslations("api");
  if (operations.length === 0) return null;
  return (
    <Section title={t(`resources.${resource}`)}>
      <ul className="space-y-3">
        {operations.map((one) => (
          <li key={one.id}>
            <p className="flex flex-wrap items-baseline gap-x-2">
              <Badge tone="outline">{one.method}</Badge> <code className="break-all">/api/v1{one.path}</code>
            </p>
            <p lang="en" className="text-sm text-muted">
              {one.summary}
              {one.body && (
                <>
                  {" · "}
                  <a className="underline" href={`#${one.body}`}>
                    {one.body}
                  </a>
                </>
              )}
              {" → "}
              <a className="underline" href={`#${one.answer}`}>
                {one.answer}
              </a>
              {" · "}
              <code>{one.scope}</code>
            </p>
            {one.query.length > 0 && (
              <p className="text-sm text-muted">
                {t("docs.query")} {one.query.map((name) => <code key={name} className="mr-2">{name}</code>)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Shape({ name, fields }: Loaded["schemas"][number]) {
  return (
    <details id={name} className="rounded-md border border-line px-3 py-2">
      <summary className="cursor-pointer font-mono text-sm">{name}</summary>
      <dl className="mt-2 space-y-1 text-sm">
        {fields.map((field) => (
          <div key={field.name} className="flex flex-wrap gap-x-3">
            <dt>
              <code>{field.name}</code>
            </dt>
            <dd className="text-muted">
              {field.type}
              {field.required ? "" : ", optional"}
              {field.description && ` – ${field.description}`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
