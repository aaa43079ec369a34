import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Archive, Link as LinkIcon, Link2Off } from "lucide-react";
import { useTranslations } from "use-intl";

import { findDesignOf } from "~/domain/products/designs.server";
import { found, requireCustomer } from "~/http/require";
import { Button, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { Configurator } from "./configurator";
import { DesignChanges } from "./design-changes";
import { saveFromForm, selectionInAddress } from "./editing.server";


export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const design = await own(params.id, context);
  const selection = selectionInAddress(new URL(request.url), design.config) ?? design.check.selection;
  return {
    publicId: design.publicId,
    name: design.name,
    savedAt: design.savedAt,
    isArchived: design.isArchived,
    isOffered: design.product.isActive,
    product: { name: design.product.name, artwork: design.product.artwork },
    config: design.config,
    review: design.review,
    selection,
    shareUrl: design.shareToken && `${context.app.env.APP_URL}/d/${design.shareToken}`,
  };
}

async function own(publicId: string | undefined, context: LoaderFunctionArgs["context"]) {
  const { partyId } = requireCustomer(context);
  return found(await findDesignOf(context.app.db.read, partyId, publicId ?? "", context.locale));
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const design = await own(params.id, context);
  return saveFromForm(request, context, { productId: design.product.id, publicId: design.publicId });
}

export default function Design() {
  const design = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useTranslations("designs");
  useLive(["me"]);
  return (
    <Page width="full">
      <PageHeader
        title={design.name}
        back={{ to: "/portal/designs", label: t("title") }}
        meta={
          <>
            <span>{design.product.name}</span>
            <span>
              {t.rich("savedOn", { date: () => <DateTime at={design.savedAt} /> })}
            </span>
          </>
        }
      />
      {design.isArchived && <Archived publicId={design.publicId} />}
      {!design.isArchived && !design.isOffered && (
        <Callout tone="warn" className="mb-6">
          {t("productGone")}
        </Callout>
      )}
      {!design.isArchived && design.isOffered && (
        <>
          <DesignChanges review={design.review} currency={design.config.currency} />
          <Configurator
            key={design.publicId}
            product={design.product}
            config={design.config}
            start={answer?.selection ?? design.selection}
            name={answer?.name ?? design.name}
            refused={answer?.refused}
            isSaved
          />
          <Sharing publicId={design.publicId} shareUrl={design.shareUrl} />
          <Section title={t("archive.title")} description={t("archive.text")}>
            <ConfirmDialog
              trigger={{ children: t("archive.do"), variant: "danger-quiet", icon: Archive }}
              title={t("archive.ask")}
              form={
                <Form method="post" action="archive">
                  <SubmitButton variant="danger">{t("archive.do")}</SubmitButton>
                </Form>
              }
            >
              <p>{t("archive.what")}</p>
            </ConfirmDialog>
          </Section>
        </>
      )}
    </Page>
  );
}

function Archived({ publicId }: { publicId: string }) {
  const t = useTranslations("designs");
  return (
    <Callout tone="info" title={t("archived.title")}>
      <Form method="post" action={`/portal/designs/${publicId}/restore`} className="mt-2">
        <SubmitButton variant="secondary">{t("archived.restore")}</SubmitButton>
      </Form>
    </Callout>
  );
}

function Sharing({ publicId, shareUrl }: { publicId: string; shareUrl: string | null }) {
  const t = useTranslations("designs");
  return (
    <Section title={t("share.title")} description={t("share.text")}>
      {shareUrl ? (
        <div className="flex max-w-xl flex-col gap-3">
          <Field name="url" label={t("share.link")} hideLabel>
            <Input readOnly value={shareUrl} onFocus={(event) => event.currentTarget.select()} />
          </Field>
          <div className="flex flex-wrap gap-2">
            <Button icon={LinkIcon} onClick={() => void navigator.clipboard?.writeText(shareUrl)}>
              {t("share.copy")}
            </Button>
            <Form method="post" action={`/portal/designs/${publicId}/share`}>
              <SubmitButton variant="quiet" icon={Link2Off} name="end" value="1">
                {t("share.end")}
              </SubmitButton>
            </Form>
          </div>
        </div>
      ) : (
        <Form method="post" action={`/portal/designs/${publicId}/share`}>
          <SubmitButton variant="secondary" icon={LinkIcon}>
            {t("share.make")}
          </SubmitButton>
        </Form>
      )}
    </Section>
  );
}
