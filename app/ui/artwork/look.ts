/** What a drawing needs to know of a selection. Pure. */
import type { Configuration } from "../../domain/products/configuration";
import type { Selection } from "../../domain/products/schema";

export type Look = {
  /** Colour of the article. */
  base: string;
  /** Colour of what is printed on it. */
  ink: string;
  /** `foil`: shines. */
  finish: string;
  motif: string;
  font: string;
  size: string;
  shape: string;
  /** Colour of a frame's wood, of a mount, of a ribbon. */
  frame: string;
  mount: string;
  /** linen, velvet; lined, dotted. */
  texture: string;
  paper: string;
  text: string;
};

export const PLAIN: Look = {
  base: "#fbfaf6", ink: "#2b2f33", finish: "", motif: "", font: "serif", size: "", shape: "", frame: "#b98d57", mount: "", texture: "", paper: "", text: "",
};

/** The chosen values' data, one over the other, and the chosen texts. Only plain colours pass: data may be written by hand. */
export function lookOf(config: Pick<Configuration, "options">, selection: Selection): Look {
  const look: Look = { ...PLAIN };
  const texts: string[] = [];
  for (const option of config.options) {
    const chosen = selection[option.key];
    if (chosen === undefined) continue;
    if (option.kind === "text") texts.push(chosen);
    else Object.assign(look, known(option.values.find((v) => v.key === chosen)?.data ?? {}));
  }
  return { ...look, text: texts.join("\n") };
}

const COLOURS = new Set(["base", "ink", "frame", "mount"]);

function known(data: Record<string, string>): Partial<Look> {
  return Object.fromEntries(
    Object.entries(data).filter(([key, value]) => key !== "text" && key in PLAIN && (!COLOURS.has(key) || isColour(value))),
  );
}

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** Relative luminance (WCAG 2), to tell light articles from dark ones. */
export function luminance(hex: string): number {
  const channel = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** The colour with black (negative) or white (positive) mixed in, by a share from -1 to 1. */
export function shade(hex: string, share: number): string {
  const target = share < 0 ? 0 : 255;
  const mix = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16);
    return Math.round(c + (target - c) * Math.abs(share)).toString(16).padStart(2, "0");
  };
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}
