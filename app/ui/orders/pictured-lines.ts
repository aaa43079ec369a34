/** Order lines with what a page shows of them: the drawing as ordered, and what was chosen in words. */
import { describeSelection, type Configuration } from "~/domain/products/configuration";
import type { Selection } from "~/domain/products/schema";
import { lookOf, type Look } from "~/ui/artwork/look";

type Line = Pick<PicturedLine, "publicId" | "sku" | "name" | "quantity" | "unitPrice" | "unitPriceScale" | "totalMinor"> & {
  productId: number | null;
  selection: Selection | null;
};

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

/** `known`: the configurators of the lines' products. */
export function pictured(lines: Line[], known: Map<number, { product: { artwork: string | null }; config: Configuration }>): Map<string, PicturedLine> {
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
