import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Palette, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { checkSelection, startSelection } from "~/domain/products/configuration";
import { listDesigns } from "~/domain/products/designs.server";
import { listConfigurators } from "~/domain/products/configurators.server";
import { listProducts } from "~/domain/products/products.server";
import { requireCustomer } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { lookOf } from "~/ui/artwork/look";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { Badge } from "~/ui/badge";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section } from "~/ui/page";


export async function loader({ context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const { read } = context.app.db;
  const designs = await listDesigns(read, partyId, context.locale);
  const products = await listProducts(read, context.locale, { isPersonalisable: true });
  const configurators = await listConfigurators(read, products.map((p) => p.id), context.locale);
  const stock = await listProducts(read, context.locale, { isPersonalisable: false, limit: 24 });
  return {
    stock: stock.map(({ sku, name, artwork, price, priceScale, currency }) => ({ sku, name, artwork, price, scale: priceScale, currency })),
    designs: designs.map(({ publicId, name, product, config, check, review }) => ({
      publicId,
      name,
      product: product.name,
      artwork: product.artwork,
      look: lookOf(config, check.selection),
      price: check.price,
      scale: check.scale,
      currency: check.currency,
      isChanged: review.changes.length > 0 || !product.isActive,
    })),
    products: [...configurators.values()].map(({ product, config }, i) => {
      const check = checkSelection(config, startSelection(config));
      return {
        sku: product.sku.toLowerCase(),
        name: product.name,
        description: product.description,
        artwork: product.artwork,
        look: { ...lookOf(config, check.selection), motif: windowMotif(config, i) },
        price: check.price,
        scale: check.scale,
        currency: check.currency,
      };
    }),
  };
}

/** A bare article says little: the shop window shows each with one of its motifs, another one each time. */
function windowMotif(config: { options: { kind: string; values: { data: Record<string, string>; isActive: boolean }[] }[] }, i: number): string {
  const motifs = config.options.find((o) => o.kind === "motif")?.values.flatMap((v) => (v.isActive && v.data.motif ? v.data.motif : [])) ?? [];
  return motifs[(i * 3) % Math.max(1, motifs.length)] ?? "";
}

export default function Designs() {
  const { designs, products, stock } = useLoaderData<typeof loader>();
  const t = useTranslations("designs");
  const format = useFormat();
  useLive(["me"]);
  return (
    <Page width="full">
      <PageHeader title={t("title")} lead={t("lead")} />
      <Section first title={t("yours")}>
        {designs.length === 0 && (
          <EmptyState icon={Palette} title={t("none.title")}>
            {t("none.text")}
          </EmptyState>
        )}
        <ul className="grid grid-cols-2 gap-x-4 gap-y-6 md:grid-cols-3 lg:grid-cols-4">
          {designs.map((design) => (
            <li key={design.publicId} className="relative min-w-0">
              <div className="rounded-lg bg-backdrop">
                <ProductArtwork artwork={design.artwork} look={design.look} className="block w-full" />
              </div>
              <Link to={`/portal/designs/${design.publicId}`} prefetch="intent" className="mt-2 block font-medium break-words after:absolute after:inset-0 hover:text-pine">
                {design.name}
              </Link>
              <p className="text-sm text-muted">
                {design.product} · <span className="tabular">{format.unitPrice(design.price, design.scale, design.currency)}</span>
              </p>
              {design.isChanged && (
                <Badge tone="amber" icon={TriangleAlert}>
                  {t("changed.badge")}
                </Badge>
              )}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("make")} description={t("makeText")}>
        <ul className="grid grid-cols-2 gap-x-4 gap-y-6 md:grid-cols-3 lg:grid-cols-4">
          {products.map((product) => (
            <li key={product.sku} className="relative min-w-0">
              <div className="rounded-lg bg-backdrop transition-colors">
                <ProductArtwork artwork={product.artwork} look={product.look} className="block w-full" />
              </div>
              <Link to={`/portal/designs/new/${encodeURIComponent(product.sku)}`} prefetch="intent" className="mt-2 block font-medium break-words after:absolute after:inset-0 hover:text-pine">
                {product.name}
              </Link>
              <p className="text-sm text-muted">{t("from", { price: format.unitPrice(product.price, product.scale, product.currency) })}</p>
            </li>
          ))}
        </ul>
      </Section>
      {stock.length > 0 && (
        <Section title={t("stock")} description={t("stockText")}>
          <ul className="grid grid-cols-2 gap-x-4 gap-y-6 md:grid-cols-3 lg:grid-cols-4">
            {stock.map((product) => (
              <li key={product.sku} className="relative min-w-0">
                <div className="rounded-lg bg-backdrop">
                  <ProductArtwork artwork={product.artwork} className="block w-full" />
                </div>
                <Link to={`/portal/orders/new?sku=${encodeURIComponent(product.sku)}`} className="mt-2 block font-medium break-words after:absolute after:inset-0 hover:text-pine">
                  {product.name}
                </Link>
                <p className="text-sm text-muted tabular">{format.unitPrice(product.price, product.scale, product.currency)}</p>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
