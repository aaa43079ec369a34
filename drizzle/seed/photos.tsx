/**
 * What customers photograph: the article as they ordered it, on a table at home, with what is wrong with it. Drawn from
 * the product's own artwork, and the same each time for the same order.
 */
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import sharp from "sharp";

import type { Reader } from "../../app/db/types";
import type { ComplaintReason } from "../../app/domain/cases/case";
import { takePhoto, type Photo } from "../../app/domain/cases/photo.server";
import { listConfigurators } from "../../app/domain/products/configurators.server";
import type { Selection } from "../../app/domain/products/schema";
import { lookOf, shade, type Look } from "../../app/ui/artwork/look";
import { ProductArtwork } from "../../app/ui/artwork/product-artwork";
import { randomFrom, type Random } from "./random";

type Thing = { artwork: string | null; look: Partial<Look> };

/** @param seed says how it lies and where it is broken */
export async function photograph(db: Reader, line: { productId: number | null; selection: Selection | null }, reason: ComplaintReason, seed: string): Promise<Photo> {
  const found = line.productId === null ? undefined : (await listConfigurators(db, [line.productId], "en")).get(line.productId);
  const thing = { artwork: found?.product.artwork ?? null, look: found && line.selection ? lookOf(found.config, line.selection) : {} };
  const drawn = renderToStaticMarkup(<Picture thing={reason === "wrong_item" ? otherThan(thing) : thing} reason={reason} random={randomFrom(`photo/${seed}`)} />);
  // A drawing within a drawing fills it, unless it says its size.
  const svg = drawn.replace('<svg viewBox="0 0 400 400"', '<svg width="400" height="400" viewBox="0 0 400 400"');
  const taken = await takePhoto({ name: `IMG_${seed.replace(/\D/g, "").slice(-4).padStart(4, "0")}.png`, bytes: await sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer() });
  if (!taken.ok) throw new Error(`a photo of ${thing.artwork ?? "a parcel"}: ${taken.reason}`);
  return taken.photo;
}

/** What came instead: the same thing, dark where light was ordered and light where dark was. */
function otherThan({ artwork, look }: Thing): Thing {
  return { artwork, look: { ...look, base: look.base === "#2b2f33" ? "#fbfaf6" : "#2b2f33", ink: "#fbfaf6" } };
}

const TABLES = ["#b98d5f", "#8f6b48", "#cdb394", "#6f655c"] as const;

function Picture({ thing, reason, random }: { thing: Thing; reason: ComplaintReason; random: Random }) {
  const table = random.pick(TABLES);
  const turn = Math.round((random.next() - 0.5) * 16);
  const planks = [0, 1, 2, 3].map((row) => ({ y: 520 + row * 105, shift: random.int(-60, 60), tone: random.next() * 0.12 - 0.06 }));
  return (
    <svg xmlns="http://www.w3.org/2000/svg" width="720" height="900" viewBox="0 0 960 1200">
      <defs>
        <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#efe9dd" />
          <stop offset="1" stopColor="#c9bfae" />
        </linearGradient>
        <radialGradient id="corners" cx="0.45" cy="0.42" r="0.8">
          <stop offset="0.55" stopColor="#000" stopOpacity="0" />
          <stop offset="1" stopColor="#000" stopOpacity="0.42" />
        </radialGradient>
        <filter id="soft" x="-30%" y="-30%" width="160%" height="160%">
          <feGaussianBlur stdDeviation="16" />
        </filter>
        <filter id="smear" x="-30%" y="-30%" width="160%" height="160%">
          <feGaussianBlur stdDeviation="5 1" />
        </filter>
      </defs>
      <rect width="960" height="540" fill="url(#wall)" />
      <rect y="520" width="960" height="680" fill={table} />
      {planks.map(({ y, shift, tone }) => (
        <g key={y}>
          <rect y={y} width="960" height="170" fill={shade(table, tone)} />
          <path d={`M0 ${y}h960`} stroke={shade(table, -0.35)} strokeWidth="3" />
          <path d={`M${shift} ${y + 60}q240 -26 480 4t560 -14`} stroke={shade(table, -0.16)} strokeWidth="2" fill="none" opacity="0.6" />
          <path d={`M${shift + 120} ${y + 112}q260 20 460 -6t500 12`} stroke={shade(table, -0.16)} strokeWidth="2" fill="none" opacity="0.45" />
        </g>
      ))}
      <ellipse cx="500" cy="856" rx="300" ry="46" fill="#140f0a" opacity="0.42" filter="url(#soft)" />
      <g transform={`translate(110 200) rotate(${turn} 370 370) scale(1.85)`}>
        <ProductArtwork artwork={thing.artwork} look={thing.look} />
        <Damage reason={reason} random={random} ink={thing.look.ink ?? "#2b2f33"} ground={thing.look.base ?? "#fbfaf6"} />
      </g>
      <rect width="960" height="1200" fill="url(#corners)" />
    </svg>
  );
}

/** In the box of 400 × 400 that the article is drawn in. */
function Damage({ reason, random, ink, ground }: { reason: ComplaintReason; random: Random; ink: string; ground: string }): ReactNode {
  const x = 150 + random.int(0, 60);
  const y = 120 + random.int(0, 40);
  switch (reason) {
    case "damaged": {
      const crack = `M${x} ${y - 40}l14 38-18 26 22 34-9 30 25 42-6 30`;
      return (
        <g fill="none" strokeLinejoin="bevel">
          <path d={crack} stroke="#fff" strokeOpacity="0.7" strokeWidth="5" transform="translate(2 1)" />
          <path d={crack} stroke="#1b1511" strokeWidth="3" />
          <path d={`M${x + 16} ${y + 58}l34 14 12 26M${x - 3} ${y + 22}l-30 10-12 22`} stroke="#1b1511" strokeWidth="2" />
        </g>
      );
    }
    case "misprinted":
      return (
        <g filter="url(#smear)" opacity="0.75">
          <path d={`M${x - 40} ${y + 70}q40 -18 96 4`} stroke={ink} strokeWidth="12" fill="none" />
          <path d={`M${x - 26} ${y + 96}q46 10 80 -6`} stroke={ink} strokeWidth="7" fill="none" />
        </g>
      );
    case "poor_quality":
      return (
        <g stroke={ground} strokeLinecap="round" opacity="0.92">
          {Array.from({ length: 13 }, (_, i) => (
            <path key={i} d={`M${148 + random.int(0, 96)} ${132 + random.int(0, 96)}l${random.int(5, 22)} ${random.int(-12, 14)}`} strokeWidth={2 + random.next() * 4} />
          ))}
        </g>
      );
    default:
      return null;
  }
}
