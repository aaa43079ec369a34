import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { listBoughtTogether } from "~/domain/analytics/wishes.server";
import { startSelection } from "~/domain/products/configuration";
import { productSchema } from "~/domain/products/catalogue-form";
import { amountText } from "~/domain/products/price";
import { getConfigurator } from "~/domain/products/configurators.server";
import { findProduct, listProductWords } from "~/domain/products/products.server";
import { found, requireStaff } from "~/http/require";
import { lookOf } from "~/ui/artwork/look";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { StatusChip } from "~/ui/badge";
import { Actions, SubmitButton } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Checkbox } from "~/ui/inputs";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { BoughtTogetherList } from "./bought-together";
import { changeProduct } from "./changes.server";
import { Options } from "./options";
import { filledOf } from "../words";
import { ProductFields } from "./product-fields";
import { Rules } from "./rules";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { role } = requireStaff(context);
  const { read } = context.app.db;
  const { id } = found(await findProduct(read, params.id ?? "", context.locale));
  const { product, config } = found(await getConfigurator(read, id, context.locale));
  return { product, config, words: await listProductWords(read, id), together: await listBoughtTogether(read, id, context.locale), mayEdit: role !== "support" };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const product = found(await findProduct(context.app.db.read, params.id ?? "", context.locale));
  const form = await request.formData();
  return changeProduct(String(form.get("intent") ?? ""), { form, product, context });
}

export default function Product() {
  const { product, config, together, mayEdit } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useTranslations("catalogue");
  return (
    <Page>
      <PageHeader
        title={product.name}
        back={{ to: "/staff/catalogue", label: t("title") }}
        status={<StatusChip state={product.isActive ? "good" : "stopped"}>{t(product.isActive ? "offered" : "notOffered")}</StatusChip>}
        meta={<span className="font-mono">{product.sku}</span>}
      />
      <Split
        aside={
          <>
            <ProductArtwork artwork={product.artwork} look={lookOf(config, startSelection(config))} title={product.name} className="mb-4 block w-full rounded-lg bg-backdrop" />
            <DataList items={[[t("version"), product.rulesVersion], [t("category"), product.category]]} />
            <BoughtTogetherList products={together} />
          </>
        }
      >
        {mayEdit && <Basics refused={answer?.intent === "product" ? answer.result : null} />}
        <Options config={config} mayEdit={mayEdit} answer={answer} />
        <Rules config={config} mayEdit={mayEdit} answer={answer} />
      </Split>
    </Page>
  );
}

function Basics({ refused }: { refused: Parameters<typeof useSchemaForm>[1] extends infer O ? (O extends { lastResult?: infer R } ? R : never) : never }) {
  const { product, words } = useLoaderData<typeof loader>();
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const [form, fields] = useSchemaForm(productSchema, {
    id: "product",
    lastResult: refused,
    defaultValue: {
      ...filledOf(words),
      price: amountText(product.price, product.priceScale),
      category: product.category ?? undefined,
      artwork: product.artwork ?? undefined,
      isActive: product.isActive ? "on" : undefined,
    },
  });
  return (
    <Section first title={t("basics")}>
      <Form form={form} className="max-w-none">
        <FormError form={form} />
        <ProductFields fields={fields} currency={product.currency} />
        <Checkbox of={fields.isActive} label={t("offered")} help={t("offeredHelp")} />
        <Actions>
          <SubmitButton name="intent" value="product">
            {tc("save")}
          </SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}
