/** GET `/u/<token>` asks; only a POST acts (unsubscribe-now.server.ts). Scanners follow links, and leave nobody out. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { listTopics } from "~/domain/customers/topics.server";
import { findDeliveryById } from "~/domain/deliveries/deliveries.server";
import { readLinkToken } from "~/domain/deliveries/token.server";
import { found } from "~/http/require";
import { Button, textLinkClass } from "~/ui/button";
import { PlainFrame, useFrameData } from "~/ui/frame";
import { PageHeader } from "~/ui/page";
import { veiled } from "./preferences.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const token = params.token ?? "";
  const mail = found(await findDeliveryById(db, found(readLinkToken(token))));
  found(mail.revisionId);
  const done = new URL(request.url).searchParams.get("done");
  const topic = (await listTopics(db, context.locale)).find((one) => one.id === mail.topicId);
  return {
    token,
    address: veiled(mail.address),
    topic: topic?.name ?? null,
    isTest: mail.partyId === null,
    done: done === "topic" || done === "all" ? done : null,
  };
}

export default function Unsubscribe() {
  const { token, address, topic, isTest, done } = useLoaderData<typeof loader>();
  const t = useTranslations("unsubscribe");
  const { companyName } = useFrameData();
  const link = (children: React.ReactNode) => (
    <Link to={`/p/${token}`} className={textLinkClass}>
      {children}
    </Link>
  );
  if (done)
    return (
      <PlainFrame>
        <PageHeader title={t("done_title")} />
        <p>{done === "all" || !topic ? t("done_all", { address }) : t("done_topic", { topic, address })}</p>
        <p className="mt-4">{t.rich("change", { link })}</p>
        <p className="mt-4 text-sm text-muted">{t("still")}</p>
      </PlainFrame>
    );
  return (
    <PlainFrame>
      <PageHeader title={t("title")} />
      {isTest ? (
        <p>{t("nobody")}</p>
      ) : (
        <>
          <p>{t("lead", { company: companyName, address })}</p>
          {topic && <p className="mt-1 font-heading text-lg font-(--heading-weight)">{topic}</p>}
          <form method="post" action={`/u/${token}`} className="mt-6 flex flex-col gap-3">
            {topic && (
              <Button type="submit" name="from" value="topic" variant="primary" className="py-2 whitespace-normal!">
                {t("leave", { topic })}
              </Button>
            )}
            <Button type="submit" name="from" value="all" className="py-2 whitespace-normal!">
              {t("leave_all")}
            </Button>
          </form>
          <p className="mt-6">{t.rich("rather", { link })}</p>
          <p className="mt-4 text-sm text-muted">{t("still")}</p>
        </>
      )}
    </PlainFrame>
  );
}
