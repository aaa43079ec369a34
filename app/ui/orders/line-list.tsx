import { Link } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { Money } from "~/ui/values";
import type { PicturedLine } from "./pictured-lines";

/** The lines of an order with their drawings. `help`: leads to a complaint on the line. */
export function LineList({ lines, currency, help = false }: { lines: PicturedLine[]; currency: string; help?: boolean }) {
  const t = useTranslations("orders");
  const format = useFormat();
  return (
    <ul className="divide-y divide-line">
      {lines.map((line) => (
        <li key={line.publicId} className="flex gap-4 py-4 first:pt-0">
          <div className="size-20 shrink-0 rounded-md bg-backdrop sm:size-24">
            <ProductArtwork artwork={line.artwork} look={line.look ?? {}} className="block size-full" />
          </div>
          <div className="min-w-0 flex-1">
            <div className="flex items-baseline justify-between gap-x-4">
              <h3 className="min-w-0 font-medium break-words">{line.name}</h3>
              <Money minor={line.totalMinor} currency={currency} className="font-medium" />
            </div>
            <Choices choices={line.choices} />
            <p className="text-sm text-muted tabular">
              {t("lineQuantity", { quantity: line.quantity, price: format.unitPrice(line.unitPrice, line.unitPriceScale, currency) })}
            </p>
            {help && (
              <Link
                to={`/portal/help/new?line=${line.publicId}`}
                className="mt-1 inline-flex min-h-6 items-center text-sm text-pine underline decoration-pine/40 underline-offset-[0.2em] hover:decoration-pine"
              >
                {t("wrong")}
                <span className="sr-only"> {line.name}</span>
              </Link>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

export function Choices({ choices }: { choices: { label: string; value: string }[] }) {
  if (!choices.length) return null;
  return (
    <p className="text-sm text-muted">
      {choices.map((choice, i) => (
        <span key={choice.label}>
          {i > 0 && " · "}
          <span className="sr-only">{choice.label}: </span>
          {choice.value}
        </span>
      ))}
    </p>
  );
}
