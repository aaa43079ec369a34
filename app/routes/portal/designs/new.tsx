import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { startSelection } from "~/domain/products/configuration";
import { getConfigurator } from "~/domain/products/configurators.server";
import { findProduct } from "~/domain/products/products.server";
import { found } from "~/http/require";
import { Page, PageHeader } from "~/ui/page";
import { Configurator } from "./configurator";
import { saveFromForm, selectionInAddress } from "./editing.server";


export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { product, config } = await offered(params.product, context);
  const selection = selectionInAddress(new URL(request.url), config) ?? startSelection(config);
  return { product: { name: product.name, description: product.description, artwork: product.artwork }, config, selection };
}

/** Only what is made to order, and is offered now. */
async function offered(sku: string | undefined, context: LoaderFunctionArgs["context"]) {
  const product = found(await findProduct(context.app.db.read, sku ?? "", context.locale));
  if (!product.isActive || !product.isPersonalisable) throw new Response(null, { status: 404 });
  return found(await getConfigurator(context.app.db.read, product.id, context.locale));
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { product } = await offered(params.product, context);
  return saveFromForm(request, context, { productId: product.id });
}

export default function NewDesign() {
  const { product, config, selection } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useTranslations("designs");
  return (
    <Page width="full">
      <PageHeader title={product.name} back={{ to: "/portal/designs", label: t("title") }} lead={product.description} />
      <Configurator
        product={product}
        config={config}
        start={answer?.selection ?? selection}
        name={answer?.name ?? product.name}
        refused={answer?.refused}
        isSaved={false}
      />
    </Page>
  );
}
