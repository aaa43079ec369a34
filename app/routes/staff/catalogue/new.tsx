import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { getCompany } from "~/domain/company/company.server";
import { newProductSchema } from "~/domain/products/catalogue-form";
import { parseAmount } from "~/domain/products/price";
import { createProduct } from "~/domain/products/products.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { ProductFields } from "./product-fields";
import { wordsOf } from "../words.server";

export async function loader({ context }: LoaderFunctionArgs) {
  const { currency } = await getCompany(context.app.db.read);
  return { currency };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), newProductSchema);
  if (submission.status !== "success") return refuse(submission);
  const filled = submission.value;
  const price = parseAmount(filled.price);
  if (!price || price.amount < 0) return refuse(submission, { fields: { price: ["price"] } });
  const { currency } = await getCompany(context.app.db.read);
  const made = await context.app.db.write((tx) =>
    createProduct(tx, by(context), {
      sku: filled.sku,
      price: price.amount,
      priceScale: price.scale,
      currency,
      category: filled.category,
      artwork: filled.artwork,
      words: wordsOf(filled, (name, description) => ({ name, description })),
    }));
  if (!made.ok) return refuse(submission, { fields: { sku: ["taken"] } });
  return redirectSaying(context.app, `/staff/catalogue/${made.publicId}`, { key: "catalogue.created" });
}

export default function NewProduct() {
  const { currency } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const [form, fields] = useSchemaForm(newProductSchema, { id: "product", lastResult: answer?.result });
  return (
    <Page width="text">
      <PageHeader title={t("new")} back={{ to: "/staff/catalogue", label: t("title") }} />
      <Form form={form} className="max-w-none">
        <FormError form={form} />
        <Field of={fields.sku} label={t("sku")} help={t("skuHelp")} className="max-w-60">
          <Input autoComplete="off" className="font-mono" />
        </Field>
        <ProductFields fields={fields} currency={currency} />
        <Actions>
          <SubmitButton>{t("create")}</SubmitButton>
          <LinkButton to="/staff/catalogue">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Page>
  );
}
