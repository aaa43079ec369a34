/** What is printed on an article: a motif, a text, or the one above the other, fitted into the area that takes print. */
import { fitText } from "./fit-text";
import type { Look } from "./look";
import { Motif } from "./motif";

export type Area = { x: number; y: number; width: number; height: number; largest?: number };

const FACES: Record<string, { fontFamily: string; fontWeight: number; fontStyle?: "italic" }> = {
  serif: { fontFamily: "'Literata Variable', Literata, Georgia, serif", fontWeight: 600 },
  sans: { fontFamily: "'Inter Variable', Inter, Arial, sans-serif", fontWeight: 650 },
  hand: { fontFamily: "'Literata Variable', Literata, Georgia, serif", fontWeight: 450, fontStyle: "italic" },
  mono: { fontFamily: "'JetBrains Mono Variable', 'JetBrains Mono', monospace", fontWeight: 600 },
};

/** `ground`: what shows through where a motif is cut out. `foil`: a paint to use instead of the plain ink. */
export function Print({ look, area, ground, paint }: { look: Look; area: Area; ground: string; paint: string }) {
  const hasText = look.text.trim() !== "";
  const hasMotif = look.motif !== "";
  if (!hasText && !hasMotif) return <EmptyPrint area={area} ground={ground} ink={look.ink} />;
  const gap = area.height * 0.05;
  const motifHeight = hasMotif ? (hasText ? area.height * 0.6 : area.height * 0.86) : 0;
  const textBox = { ...area, height: hasMotif ? area.height - motifHeight - gap : area.height };
  const fitted = fitText(look.text, {
    width: textBox.width,
    height: textBox.height,
    largest: hasMotif ? textBox.height * 0.8 : (area.largest ?? area.height * 0.42),
    maxLines: hasMotif ? 2 : 4,
  });
  const motifSize = Math.min(motifHeight, area.width);
  const used = motifSize + (hasText ? fitted.height + (hasMotif ? gap : 0) : 0);
  const top = area.y + (area.height - used) / 2;
  const textTop = top + motifSize + (hasMotif ? gap : 0);
  return (
    <g>
      {hasMotif && <Motif name={look.motif} x={area.x + (area.width - motifSize) / 2} y={top} size={motifSize} ink={paint} ground={ground} />}
      {hasText && (
        <text fill={paint} textAnchor="middle" fontSize={fitted.size} {...(FACES[look.font] ?? FACES.serif)}>
          {fitted.lines.map((line, i) => (
            <tspan key={i} x={area.x + area.width / 2} y={textTop + line.y} {...(line.squeeze && { textLength: line.squeeze, lengthAdjust: "spacingAndGlyphs" })}>
              {line.text}
            </tspan>
          ))}
        </text>
      )}
    </g>
  );
}

/** Where print would go, so that nobody wonders. */
function EmptyPrint({ area, ink }: { area: Area; ground: string; ink: string }) {
  return (
    <rect x={area.x} y={area.y} width={area.width} height={area.height} rx="8" fill="none" stroke={ink} strokeOpacity="0.22" strokeWidth="1.5" strokeDasharray="5 6" />
  );
}
