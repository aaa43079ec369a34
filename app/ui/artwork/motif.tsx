/** Our motifs: one ink on any ground, in a box of 100 × 100. What is cut out of a shape shows the ground. */
import type { ReactNode } from "react";

type Inks = { ink: string; ground: string };

const line = { fill: "none", strokeLinecap: "round", strokeLinejoin: "round" } as const;

const MOTIFS: Record<string, (inks: Inks) => ReactNode> = {
  heart: ({ ink }) => <path fill={ink} d="M50 89C20 66 9 49 9 33 9 18 20 9 32 9c8 0 15 4 18 12 3-8 10-12 18-12 12 0 23 9 23 24 0 16-11 33-41 56Z" />,
  star: ({ ink }) => (
    <path fill={ink} stroke={ink} strokeWidth="7" strokeLinejoin="round" d="m50 12 10.9 25.6 27.7 2.4-21 18.2 6.3 27.1L50 70.9 26.1 85.3l6.3-27.1L11.4 40l27.7-2.4Z" />
  ),
  leaf: ({ ink, ground }) => (
    <>
      <path fill={ink} d="M50 22C34 3 7 20 11 48c3 22 24 28 39 46 15-18 36-24 39-46C93 20 66 3 50 22Z" />
      <path {...line} stroke={ground} strokeWidth="3" d="M50 26v58M50 42 28 33M50 42l22-9M50 57 25 50M50 57l25-7M50 71l-15-6M50 71l15-6" />
      <path {...line} stroke={ink} strokeWidth="4" d="M50 24c0-9 4-15 11-19" />
    </>
  ),
  cat: ({ ink, ground }) => (
    <>
      <path fill={ink} stroke={ink} strokeWidth="5" strokeLinejoin="round" d="M17 16c6 3 13 9 18 16 9-3 21-3 30 0 5-7 12-13 18-16 3 9 4 22 3 31 2 25-14 41-36 41S12 72 14 47c-1-9 0-22 3-31Z" />
      <g fill={ground}>
        <ellipse cx="34" cy="52" rx="5.5" ry="7" />
        <ellipse cx="66" cy="52" rx="5.5" ry="7" />
        <path d="M44 65h12l-6 6Z" />
      </g>
      <path {...line} stroke={ground} strokeWidth="2.6" d="M50 71c0 6-5 8-9 6M50 71c0 6 5 8 9 6M26 66l-19-3M26 71 8 74M74 66l19-3M74 71l18 3" />
    </>
  ),
  mountain: ({ ink, ground }) => (
    <>
      <circle cx="74" cy="24" r="11" fill={ink} />
      <path fill={ink} stroke={ink} strokeWidth="4" strokeLinejoin="round" d="M6 84 38 27l17 29 9-13 30 41Z" />
      <path fill={ground} d="m38 34 9 16-5 6-4-5-5 6-4-6Z" />
      <path fill={ground} d="m64 51 8 11-5 3-3-4-4 4-4-3Z" />
    </>
  ),
  bicycle: ({ ink }) => (
    <g {...line} stroke={ink} strokeWidth="4.5">
      <circle cx="24" cy="64" r="18" />
      <circle cx="76" cy="64" r="18" />
      <path d="M24 64 38 36h28l10 28M38 36l12 28h-26M50 64l16-28M34 27h10M38 36l-2-9M64 26h8c4 0 6 3 4 6M66 36l-2-10" />
      <circle cx="50" cy="64" r="3.5" fill={ink} />
    </g>
  ),
  fern: ({ ink }) => (
    <>
      <path {...line} stroke={ink} strokeWidth="3.2" d="M50 97C50 70 50 40 50 10" />
      <g fill={ink}>
        {Array.from({ length: 8 }, (_, i) => {
          const y = 84 - i * 9.3;
          const long = 40 * Math.sin(Math.PI * (0.28 + 0.66 * (i / 7))) + 4;
          const leaflet = `M0 0q${long / 2} -9 ${long} 0q${-long / 2} 6 ${-long} 0Z`;
          return (
            <g key={i} transform={`translate(50 ${y})`}>
              <path transform="rotate(-30)" d={leaflet} />
              <path transform="scale(-1 1) rotate(-30)" d={leaflet} />
            </g>
          );
        })}
      </g>
    </>
  ),
  flower: ({ ink, ground }) => (
    <>
      {[0, 45, 90, 135, 180, 225, 270, 315].map((turn) => (
        <ellipse key={turn} cx="50" cy="24" rx="11" ry="20" fill={ink} transform={`rotate(${turn} 50 50)`} />
      ))}
      <circle cx="50" cy="50" r="13" fill={ground} />
      <circle cx="50" cy="50" r="8" fill={ink} />
    </>
  ),
  sun: ({ ink }) => (
    <>
      <circle cx="50" cy="50" r="20" fill={ink} />
      <path {...line} stroke={ink} strokeWidth="6" d="M50 8v12M50 80v12M8 50h12M80 50h12M20 20l9 9M71 71l9 9M80 20l-9 9M29 71l-9 9" />
    </>
  ),
  bird: ({ ink, ground }) => (
    <>
      <path fill={ink} d="M8 62c14 2 22-4 28-16 6-13 16-20 28-20 12 0 20 7 21 18l10 4-10 5c-2 20-17 31-35 31-17 0-28-8-42-22Z" />
      <circle cx="71" cy="40" r="3.6" fill={ground} />
      <path {...line} stroke={ground} strokeWidth="3" d="M36 60c8 8 20 8 28-2" />
      <path {...line} stroke={ink} strokeWidth="3.4" d="M46 82v10M58 82v10" />
    </>
  ),
  paw: ({ ink }) => (
    <g fill={ink}>
      <path d="M50 48c14 0 28 17 28 29 0 9-7 12-13 11-6-1-10-3-15-3s-9 2-15 3c-6 1-13-2-13-11 0-12 14-29 28-29Z" />
      <ellipse cx="20" cy="42" rx="9" ry="12" transform="rotate(-22 20 42)" />
      <ellipse cx="39" cy="24" rx="9.5" ry="13" transform="rotate(-6 39 24)" />
      <ellipse cx="61" cy="24" rx="9.5" ry="13" transform="rotate(6 61 24)" />
      <ellipse cx="80" cy="42" rx="9" ry="12" transform="rotate(22 80 42)" />
    </g>
  ),
  tree: ({ ink }) => <path fill={ink} stroke={ink} strokeWidth="5" strokeLinejoin="round" d="m50 8 18 25h-8l17 23h-9l18 24H55v13H45V80H14l18-24h-9l17-23h-8Z" />,
  wave: ({ ink }) => (
    <g {...line} stroke={ink} strokeWidth="6.5">
      <path d="M8 34c11-12 20-12 28 0s20 12 28 0 20-12 28 0M8 54c11-12 20-12 28 0s20 12 28 0 20-12 28 0M8 74c11-12 20-12 28 0s20 12 28 0 20-12 28 0" />
    </g>
  ),
};

export const MOTIF_KEYS = Object.keys(MOTIFS);

/** One motif in a square of `size` with its upper left corner at x, y. An unknown one draws nothing. */
export function Motif({ name, x = 0, y = 0, size = 100, ink, ground }: { name: string; x?: number; y?: number; size?: number } & Inks) {
  const draw = Object.hasOwn(MOTIFS, name) ? MOTIFS[name] : undefined;
  return draw ? <g transform={`translate(${x} ${y}) scale(${size / 100})`}>{draw({ ink, ground })}</g> : null;
}

/** A motif alone, as a choice in a form. */
export function MotifIcon({ name, size = 40 }: { name: string; size?: number }) {
  return (
    <svg viewBox="0 0 100 100" width={size} height={size} aria-hidden="true" focusable="false">
      <Motif name={name} ink="currentColor" ground="var(--paper)" />
    </svg>
  );
}
