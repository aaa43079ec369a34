/** Order lines with what a page shows of them: the drawing as ordered, and what was chosen in words. */
import type { Reader } from "~/db/types";
import type { OrderLine } from "~/domain/orders/lines.server";
import { describeSelection } from "~/domain/products/configuration";
import { listConfigurators } from "~/domain/products/configurators.server";
import { lookOf, type Look } from "~/ui/artwork/look";

export type PicturedLine = {
  publicId: string;
  sku: string;
  name: string;
  quantity: number;
  unitPrice: number;
  unitPriceScale: number;
  totalMinor: number;
  isMade: boolean;
  artwork: string | null;
  look: Look | null;
  choices: { label: string; value: string }[];
};

export async function pictured(db: Reader, lines: OrderLine[], locale: string): Promise<Map<string, PicturedLine>> {
  const known = await listConfigurators(db, [...new Set(lines.flatMap((l) => l.productId ?? []))], locale);
  return new Map(
    lines.map((line) => {
      const found = line.productId === null ? undefined : known.get(line.productId);
      const { publicId, sku, name, quantity, unitPrice, unitPriceScale, totalMinor, selection } = line;
      return [
        publicId,
        {
          publicId, sku, name, quantity, unitPrice, unitPriceScale, totalMinor,
          isMade: selection !== null,
          artwork: found?.product.artwork ?? null,
          look: found && selection ? lookOf(found.config, selection) : null,
          choices: found && selection ? describeSelection(found.config, selection).map(({ label, value }) => ({ label, value })) : [],
        },
      ];
    }),
  );
}
