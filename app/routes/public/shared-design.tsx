import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { describeSelection, FIELD_PREFIX } from "~/domain/products/configuration";
import { SHARE_TOKEN } from "~/domain/products/design";
import { findSharedDesign } from "~/domain/products/designs.server";
import { found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { lookOf } from "~/ui/artwork/look";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { LinkButton } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { PlainFrame } from "~/ui/frame";

export { ErrorPage as ErrorBoundary } from "~/ui/error-page";

export const meta: MetaFunction = () => [{ name: "robots", content: "noindex" }];
export const headers = () => ({ "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex" });

/** For whoever holds the link: the product as chosen. Nothing of the customer, not even what they called it. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const token = params.shareToken ?? "";
  if (!SHARE_TOKEN.test(token)) throw new Response(null, { status: 404 });
  const { product, config, check, review } = found(await findSharedDesign(context.app.db.read, token, context.locale));
  const query = new URLSearchParams(Object.entries(check.selection).map(([key, value]) => [`${FIELD_PREFIX}${key}`, value]));
  return {
    product: product.name,
    artwork: product.artwork,
    look: lookOf(config, check.selection),
    choices: describeSelection(config, check.selection).map(({ label, value }) => ({ label, value })),
    price: review.isOrderable ? { amount: check.price, scale: check.scale, currency: check.currency } : null,
    makeOwn: product.isActive ? `/portal/designs/new/${encodeURIComponent(product.sku.toLowerCase())}?${query}` : null,
  };
}

export default function SharedDesign() {
  const { product, artwork, look, choices, price, makeOwn } = useLoaderData<typeof loader>();
  const t = useTranslations("designs");
  const format = useFormat();
  return (
    <PlainFrame width="wide">
      <div className="grid items-start gap-8 md:grid-cols-2">
        <div className="rounded-lg bg-backdrop">
          <ProductArtwork artwork={artwork} look={look} title={[product, ...choices.map((c) => `${c.label}: ${c.value}`)].join(", ")} className="block w-full" />
        </div>
        <div>
          <h1 className="font-heading text-xl font-(--heading-weight)">{product}</h1>
          <p className="mt-1 mb-5 text-muted">{t("shared.lead")}</p>
          <DataList items={choices.map((c) => [c.label, c.value] as const)} />
          {price && <p className="mt-5 text-lg font-semibold tabular">{format.unitPrice(price.amount, price.scale, price.currency)}</p>}
          {makeOwn && (
            <LinkButton to={makeOwn} variant="primary" size="lg" wide="phone" className="mt-6">
              {t("shared.make")}
            </LinkButton>
          )}
        </div>
      </div>
    </PlainFrame>
  );
}
