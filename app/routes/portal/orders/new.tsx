import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { redirect } from "@remix-run/node";
import { Link, useActionData, useLoaderData } from "@remix-run/react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { v4 } from "uuid";

import { listContactPoints } from "~/domain/customers/contact-points.server";
import { COUNTRIES } from "~/domain/customers/party";
import { checkoutSchema, readQuantities, seenPrices } from "~/domain/orders/checkout";
import { findLastAddress } from "~/domain/orders/orders.server";
import { placeOrder } from "~/domain/orders/placing.server";
import { MOST_OF_ONE_LINE } from "~/domain/orders/pricing.server";
import { lineTotal } from "~/domain/products/price";
import { parseForm, refuse } from "~/http/forms";
import { by, found, requireCustomer } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { SubmitButton, textLinkClass } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { useCountryOptions } from "~/ui/countries";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Choices } from "~/ui/orders/line-list";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime, Money } from "~/ui/values";
import { expectedOf, readBasket } from "./basket.server";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const { read } = context.app.db;
  const basket = found(await readBasket(read, partyId, new URL(request.url), context.locale));
  const address =
    (await findLastAddress(read, partyId)) ?? (await listContactPoints(read, partyId)).find((c) => c.postal)?.postal ?? null;
  return {
    lines: basket.map(({ name, artwork, look, choices, unitPrice, scale, currency, quantity, wasPrice, isOrderable, mendAt, isMade }) => ({
      name, artwork, look, choices, unitPrice, scale, currency, quantity, wasPrice, isOrderable, mendAt, isMade,
    })),
    seen: seenPrices(basket),
    expectedAt: expectedOf(basket, context.app.clock()),
    address,
    submissionKey: v4(),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const form = await request.formData();
  const basket = found(await readBasket(context.app.db.read, partyId, new URL(request.url), context.locale));
  const submission = parseForm(form, checkoutSchema);
  const typed = readQuantities(form, basket.length, MOST_OF_ONE_LINE);
  if (submission.status !== "success") return refuse(submission);
  if (!typed.ok) return refuse(submission, { fields: { [`q.${typed.wrong}`]: ["order_quantity"] } });
  const { quantities } = typed;
  const { submissionKey, seen, ...deliveryAddress } = submission.value;
  if (seen !== seenPrices(basket)) return refuse(submission, { form: ["order_price_changed"] }, 409);
  const lines = basket.flatMap((line, i) => (line.isOrderable && quantities[i] ? [{ ...line.input, quantity: quantities[i] }] : []));
  const placed = await context.app.db.write((tx) =>
    placeOrder(tx, by(context), { partyId, source: "portal", lines, deliveryAddress, submissionKey }));
  if (!placed.ok) return refuse(submission, { form: [placed.reason === "price_changed" ? "order_price_changed" : placed.reason === "no_lines" ? "order_quantity" : "order_refused"] }, placed.reason === "price_changed" ? 409 : 400);
  return redirect(`/portal/orders/${placed.publicId}?placed`, { status: 303 });
}

export default function Checkout() {
  const { lines, expectedAt, address, submissionKey, seen } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useTranslations("orders");
  const [form, fields] = useSchemaForm(checkoutSchema, { id: "checkout", lastResult: answer?.result, defaultValue: { ...address } });
  // Before scripts a refused page is drawn anew: with what was typed, not with what the basket said.
  const typed = typedQuantities(answer?.result.initialValue);
  const [quantities, setQuantities] = useState(lines.map((l, i) => (l.isOrderable ? (typed[i] ?? l.quantity) : 0)));
  const total = lines.reduce((sum, l, i) => sum + (l.isOrderable ? lineTotal(quantities[i] ?? 0, l.unitPrice, l.scale, l.currency) : 0), 0);
  const countries = useCountryOptions(COUNTRIES);
  const canOrder = lines.some((l) => l.isOrderable);
  return (
    <Page width="text">
      <PageHeader title={t("checkout.title")} back={{ to: "/portal/orders", label: t("title") }} />
      <Form form={form} className="max-w-none gap-0">
        <FormError form={form} />
        <Section first title={t("lines")}>
          <ul className="divide-y divide-line">
            {lines.map((line, i) => (
              <BasketItem
                key={i}
                line={line}
                name={`q.${i}`}
                quantity={quantities[i] ?? 0}
                error={answer?.result.error?.[`q.${i}`]?.[0]}
                onQuantity={(quantity) => setQuantities((before) => before.map((q, at) => (at === i ? quantity : q)))}
              />
            ))}
          </ul>
        </Section>
        {canOrder && (
          <>
            <Section title={t("address")}>
              <div className="grid gap-5 sm:grid-cols-6">
                <Field of={fields.line1} label={t("checkout.line1")} className="sm:col-span-6">
                  <Input autoComplete="address-line1" />
                </Field>
                <Field of={fields.line2} label={t("checkout.line2")} optional className="sm:col-span-6">
                  <Input autoComplete="address-line2" />
                </Field>
                <Field of={fields.postcode} label={t("checkout.postcode")} className="sm:col-span-2">
                  <Input autoComplete="postal-code" />
                </Field>
                <Field of={fields.city} label={t("checkout.city")} className="sm:col-span-4">
                  <Input autoComplete="address-level2" />
                </Field>
                <Field of={fields.country} label={t("checkout.country")} className="sm:col-span-6">
                  <Select options={countries} placeholder="" autoComplete="country" />
                </Field>
              </div>
            </Section>
            <Section title={t("payment")}>
              <p>{t("checkout.pay")}</p>
              {expectedAt && <p className="mt-2">{t.rich("checkout.expected", { date: () => <DateTime at={expectedAt} show="long" className="font-medium" /> })}</p>}
              {lines.some((l) => l.isMade && l.isOrderable) && <p className="mt-2 text-sm text-muted">{t("checkout.exempt")}</p>}
            </Section>
            <input type="hidden" name="submissionKey" value={submissionKey} />
            <input type="hidden" name="seen" value={seen} />
            <div className="sticky bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-20 -mx-4 mt-8 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line bg-raised px-4 py-3 sm:bottom-0 sm:-mx-6 sm:px-6">
              <span role="status">
                <span className="mr-2 text-sm text-muted">{t("total")}</span>
                <Money minor={total} currency={lines[0]?.currency ?? "EUR"} className="text-lg font-semibold" />
              </span>
              <SubmitButton className="max-sm:w-full">{t("checkout.order")}</SubmitButton>
            </div>
          </>
        )}
      </Form>
    </Page>
  );
}

type Line = ReturnType<typeof useLoaderData<typeof loader>>["lines"][number];

function typedQuantities(typed: Record<string, unknown> | null | undefined): Record<number, number> {
  const entries = Object.entries((typed?.q ?? {}) as Record<string, unknown>).map(([i, text]) => [Number(i), Number(text)] as const);
  return Object.fromEntries(entries.filter(([, quantity]) => Number.isFinite(quantity)));
}

type BasketItemProps = { line: Line; name: string; quantity: number; error: string | undefined; onQuantity: (quantity: number) => void };

function BasketItem({ line, name, quantity, error, onQuantity }: BasketItemProps) {
  const t = useTranslations("orders");
  const format = useFormat();
  const price = (amount: number) => format.unitPrice(amount, line.scale, line.currency);
  return (
    <li className="flex gap-4 py-4 first:pt-0">
      <div className="size-24 shrink-0 rounded-md bg-backdrop sm:size-28">
        <ProductArtwork artwork={line.artwork} look={line.look ?? {}} className="block size-full" />
      </div>
      <div className="min-w-0 flex-1">
        <h3 className="font-medium">{line.name}</h3>
        <Choices choices={line.choices} />
        <p className="tabular">{t("checkout.each", { price: price(line.unitPrice) })}</p>
        {!line.isOrderable ? (
          <Callout tone="warn" className="mt-2">
            <p>{t("checkout.notOrderable")}</p>
            {line.mendAt && (
              <Link to={line.mendAt} className={textLinkClass}>
                {t("checkout.mend")}
              </Link>
            )}
          </Callout>
        ) : (
          <>
            {line.wasPrice !== null && (
              <p className="text-sm text-amber">{t(line.unitPrice > line.wasPrice ? "checkout.rose" : "checkout.fell", { from: price(line.wasPrice), to: price(line.unitPrice) })}</p>
            )}
            <Field name={name} label={t("checkout.quantity")} className="mt-2 max-w-64" {...(error && { error })}>
              <Input
                type="number"
                inputMode="numeric"
                min={0}
                max={999}
                className="max-w-28"
                defaultValue={quantity}
                onChange={(event) => onQuantity(Math.max(0, Math.min(999, Math.trunc(Number(event.currentTarget.value) || 0))))}
              />
            </Field>
          </>
        )}
      </div>
    </li>
  );
}
