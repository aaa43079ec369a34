/** Fits a text into a box: as large as it goes, on as many lines as help. Pure; widths are estimates on the safe side. */

export type FittedLine = {
  text: string;
  /** Baseline, from the top of the box. */
  y: number;
  /** Set where the estimate says that even the smallest size is too wide: squeeze to this. */
  squeeze?: number;
};
export type FittedText = { size: number; lines: FittedLine[]; height: number };

export type FitBox = { width: number; height: number; largest: number; smallest?: number; maxLines?: number };

const LINE = 1.16;
/** From the top of a line to its baseline, in ems. */
const RISE = 0.92;

export function fitText(text: string, box: FitBox): FittedText {
  const words = text.split(/\s+/).filter(Boolean);
  if (!words.length) return { size: 0, lines: [], height: 0 };
  const smallest = box.smallest ?? 9;
  const layouts = Array.from({ length: Math.min(words.length, box.maxLines ?? 3) }, (_, i) => {
    const lines = breakInto(words, i + 1);
    const widest = Math.max(...lines.map(widthOf));
    return { lines, size: Math.min(box.largest, box.width / widest, box.height / (lines.length * LINE)) };
  });
  // One line is calmer than two: more lines must earn themselves by a clearly larger size.
  const best = layouts.reduce((a, b) => (b.size > a.size * 1.15 ? b : a));
  const size = Math.max(best.size, smallest);
  const height = best.lines.length * LINE * size;
  return {
    size: round(size),
    height: round(height),
    lines: best.lines.map((line, i) => ({
      text: line,
      y: round(size * (RISE + i * LINE)),
      ...(best.size < smallest && widthOf(line) * size > box.width && { squeeze: round(box.width) }),
    })),
  };
}

/** Words on this many lines, the widest line as narrow as can be. */
function breakInto(words: string[], count: number): string[] {
  if (count <= 1) return [words.join(" ")];
  let best: string[] = [];
  let narrowest = Number.POSITIVE_INFINITY;
  for (let first = 1; first <= words.length - count + 1; first++) {
    const lines = [words.slice(0, first).join(" "), ...breakInto(words.slice(first), count - 1)];
    const widest = Math.max(...lines.map(widthOf));
    if (widest < narrowest) {
      narrowest = widest;
      best = lines;
    }
  }
  return best;
}

/** Width in ems of our three faces, whichever is the widest. */
export function widthOf(text: string): number {
  let width = 0;
  for (const c of text) width += advance(c);
  return width;
}

function advance(c: string): number {
  if (/\p{M}/u.test(c)) return 0;
  if (c === " ") return 0.3;
  if (/[ijlI1!.,:;'’|()[\]ї]/u.test(c)) return 0.36;
  if (/[ftr/\\"„”“*-]/u.test(c)) return 0.46;
  if (/[mwжшщюфыњљ@%…—]/u.test(c)) return 0.94;
  if (/[MWЖШЩЮФЫЊЉ]/u.test(c)) return 1.04;
  if (/\p{Lu}/u.test(c)) return 0.76;
  return 0.63;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
