import "@fontsource-variable/literata/wght-italic.css";

import { useId } from "react";

import { ARTICLES } from "./articles";
import { PLAIN, shade, type Look } from "./look";
import { STOCK } from "./stock";

export type ProductArtworkProps = {
  /** Which drawing: mug, shirt, cushion, notebook, frame, tote, calendar, or one of stock.tsx. Others show a parcel. */
  artwork: string | null;
  look?: Partial<Look>;
  /** Said to those who do not see it; without it the drawing is decoration. */
  title?: string;
  className?: string;
};

/** A product as it will look: the article in its colour with the motif and text on it. Pure SVG, made on the server too. */
export function ProductArtwork({ artwork, look: given, title, className }: ProductArtworkProps) {
  const uid = `a${useId().replace(/\W/g, "")}`;
  const look: Look = { ...PLAIN, ...given };
  const Article = artwork !== null && Object.hasOwn(ARTICLES, artwork) ? ARTICLES[artwork] : undefined;
  const isFoil = look.finish === "foil";
  return (
    <svg viewBox="0 0 400 400" xmlns="http://www.w3.org/2000/svg" className={className} {...(title ? { role: "img", "aria-label": title } : { "aria-hidden": true })} focusable="false">
      {isFoil && (
        <defs>
          <linearGradient id={`${uid}f`} x1="0" y1="0" x2="1" y2="1">
            {[-0.12, 0.42, -0.08, 0.5, -0.18, 0.3].map((share, i) => (
              <stop key={i} offset={i / 5} stopColor={shade(look.ink, share)} />
            ))}
          </linearGradient>
        </defs>
      )}
      {Article ? <Article look={look} uid={uid} paint={isFoil ? `url(#${uid}f)` : look.ink} /> : drawStock(artwork)}
    </svg>
  );
}

function drawStock(artwork: string | null) {
  const draw = artwork !== null && Object.hasOwn(STOCK, artwork) ? STOCK[artwork] : STOCK.parcel;
  return draw?.();
}
