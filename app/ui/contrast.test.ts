import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

/**
 * Contrast of the tokens (WCAG 2.2, 1.4.3 and 1.4.11), computed from tailwind.css itself: 4.5 for text on every ground
 * it stands on, 3 for what one must see to use a control, in both themes.
 */
type Rgb = [number, number, number];
const THEMES = ["light", "dark"] as const;
const tokens = readTokens(readFileSync(new URL("../tailwind.css", import.meta.url), "utf8"));

function readTokens(css: string): Record<string, Record<(typeof THEMES)[number], Rgb>> {
  const found = [...css.matchAll(/--([a-z-]+): light-dark\(\s*oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\s*\)/g)];
  return Object.fromEntries(found.map(([, name = "", light = "", dark = ""]) => [name, { light: linearRgb(light), dark: linearRgb(dark) }]));
}

/** OKLCH → linear sRGB, after Björn Ottosson, "A perceptual color space for image processing" (2020). */
function linearRgb(oklch: string): Rgb {
  const [L = 0, C = 0, h = 0] = oklch.split("/")[0]!.trim().split(/\s+/).map(Number);
  const a = C * Math.cos((h * Math.PI) / 180);
  const b = C * Math.sin((h * Math.PI) / 180);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb: Rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return rgb.map((v) => Math.min(1, Math.max(0, v))) as Rgb;
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: Rgb, b: Rgb): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["paper", "sunken", "raised", "hover"];
const TEXT: [string, string[]][] = [
  ["ink", [...GROUNDS, "pine-wash", "ember-wash", "amber-wash", "red-wash", "blue-wash", "green-wash"]],
  ["muted", [...GROUNDS, "pine-wash"]],
  ["pine", [...GROUNDS, "pine-wash"]],
  ["pine-strong", GROUNDS],
  ...["ember", "amber", "red", "blue", "green"].map((name): [string, string[]] => [name, [...GROUNDS, `${name}-wash`]]),
  ["on-pine", ["pine", "pine-strong"]],
  ["on-red", ["red-fill", "red-strong"]],
  ["paper", ["ink"]],
];
const EDGES: [string, string[]][] = [
  ["edge", GROUNDS],
  ["pine", GROUNDS],
  ["ember-mark", ["paper", "raised", "sunken"]],
  ["red", ["paper", "raised"]],
];

const cases = (list: [string, string[]][]) => list.flatMap(([front, backs]) => backs.flatMap((back) => THEMES.map((theme) => ({ front, back, theme }))));
const of = (name: string, theme: (typeof THEMES)[number]): Rgb => {
  const token = tokens[name];
  if (!token) throw new Error(`no token --${name} in tailwind.css`);
  return token[theme];
};

test("the arithmetic is that of the standard: black on white is 21", () => {
  expect(contrast(linearRgb("0 0 0"), linearRgb("1 0 0"))).toBeCloseTo(21, 1);
});

// Mutant: --muted at oklch(0.6 …) in light falls to 3.6 on paper and turns four of these red.
test.each(cases(TEXT))("text $front on $back, $theme: at least 4.5", ({ front, back, theme }) => {
  expect(contrast(of(front, theme), of(back, theme))).toBeGreaterThanOrEqual(4.5);
});

test.each(cases(EDGES))("edge $front on $back, $theme: at least 3", ({ front, back, theme }) => {
  expect(contrast(of(front, theme), of(back, theme))).toBeGreaterThanOrEqual(3);
});
