/** The articles that can be printed on: flat, lit from the upper left, in a box of 400 × 400. */
import type { ReactNode } from "react";

import { luminance, shade, type Look } from "./look";
import { Print, type Area } from "./print";

export type ArticleProps = {
  look: Look;
  /** Makes ids that no other drawing on the page has. */
  uid: string;
  /** Fill of the print: the ink, or its foil. */
  paint: string;
};

/** Pale articles need an edge to stand off a pale page. */
function edgeOf(base: string): string {
  return luminance(base) > 0.55 ? shade(base, -0.2) : shade(base, -0.3);
}

function Ground({ cx = 200, cy = 352, rx = 120 }: { cx?: number; cy?: number; rx?: number }) {
  return <ellipse cx={cx} cy={cy} rx={rx} ry="10" fill="#1d1a16" opacity="0.13" />;
}

function SideLight({ id }: { id: string }) {
  return (
    <linearGradient id={id} x1="0" x2="1" y1="0" y2="0">
      <stop offset="0" stopColor="#fff" stopOpacity="0.16" />
      <stop offset="0.22" stopColor="#fff" stopOpacity="0.06" />
      <stop offset="0.6" stopColor="#000" stopOpacity="0" />
      <stop offset="1" stopColor="#000" stopOpacity="0.17" />
    </linearGradient>
  );
}

function Mug({ look, uid, paint }: ArticleProps) {
  const { base } = look;
  const body = "M80 108 88 300q2 26 30 31 54 8 108 0 28-5 30-31l8-192Z";
  return (
    <g transform="translate(-16 -18) scale(1.05)">
      <defs>
        <SideLight id={`${uid}l`} />
      </defs>
      <Ground cx={176} cy={340} rx={112} />
      <path d="M256 152c62-16 84 20 76 64s-44 70-84 58" fill="none" stroke={edgeOf(base)} strokeWidth="31" strokeLinecap="round" />
      <path d="M256 152c62-16 84 20 76 64s-44 70-84 58" fill="none" stroke={shade(base, -0.07)} strokeWidth="28" strokeLinecap="round" />
      <path d="M258 147c58-14 78 18 71 60" fill="none" stroke="#fff" strokeOpacity="0.2" strokeWidth="7" strokeLinecap="round" />
      <path d={body} fill={base} stroke={edgeOf(base)} strokeWidth="1.5" />
      <path d={body} fill={`url(#${uid}l)`} />
      <ellipse cx="172" cy="108" rx="92" ry="19" fill={shade(base, 0.12)} stroke={edgeOf(base)} strokeWidth="1.5" />
      <ellipse cx="172" cy="110" rx="83" ry="14" fill={shade(base, -0.34)} />
      <path d="M91 113a83 14 0 0 0 162 0 84 11 0 0 1-162 0Z" fill="#000" opacity="0.12" />
      <Print look={look} paint={paint} ground={base} area={{ x: 102, y: 146, width: 140, height: 164, largest: 56 }} />
    </g>
  );
}

function Shirt({ look, uid, paint }: ArticleProps) {
  const { base } = look;
  const body =
    "M146 72c14 22 94 22 108 0l48 17q22 8 33 27l40 72-52 30-19-29 3 141q0 12-12 12H105q-12 0-12-12l3-141-19 29-52-30 40-72q11-19 33-27Z";
  return (
    <>
      <defs>
        <clipPath id={`${uid}c`}>
          <path d={body} />
        </clipPath>
      </defs>
      <Ground cy={356} rx={104} />
      <path d={body} fill={base} stroke={edgeOf(base)} strokeWidth="1.8" strokeLinejoin="round" />
      <g clipPath={`url(#${uid}c)`}>
        <path d="M25 188 96 159l-2 60-20 2ZM375 188l-71-29 2 60 20 2Z" fill="#000" opacity="0.06" />
        <path d="M96 150q6 60-4 190h26q8-110-22-190ZM304 150q-10 70 0 190h-16q-14-120 16-190Z" fill="#000" opacity="0.055" />
        <path d="M118 342q40-44 62-120M286 342q-26-20-40-60" fill="none" stroke="#000" strokeOpacity="0.05" strokeWidth="7" strokeLinecap="round" />
        <path d="M92 332h216" stroke="#000" strokeOpacity="0.14" strokeWidth="1.5" strokeDasharray="4 3" />
        <path d="m34 178 46 30M366 178l-46 30" stroke="#000" strokeOpacity="0.14" strokeWidth="1.5" strokeDasharray="4 3" transform="translate(0 1)" />
      </g>
      <path d="M146 72c14 22 94 22 108 0 6 2 7 3 11 4-20 34-110 34-130 0 4-1 5-2 11-4Z" fill={shade(base, -0.1)} stroke={edgeOf(base)} strokeWidth="1.2" />
      <path d="M146 72c20-9 88-9 108 0-14 22-94 22-108 0Z" fill={shade(base, -0.3)} />
      {look.size && (
        <g>
          <rect x="187" y="69" width="26" height="14" rx="2" fill="#faf8f3" />
          <text x="200" y="79.5" textAnchor="middle" fontSize="9.5" fontFamily="'Inter Variable', Inter, Arial, sans-serif" fontWeight="700" fill="#3b3a37">
            {look.size.toUpperCase().slice(0, 3)}
          </text>
        </g>
      )}
      <Print look={look} paint={paint} ground={base} area={{ x: 134, y: 134, width: 132, height: 142, largest: 52 }} />
    </>
  );
}

function Cushion({ look, uid, paint }: ArticleProps) {
  const { base } = look;
  const isWide = look.shape === "wide";
  const outline = "M72 72q128 24 256 0 12-2 10 10-22 118 0 236 2 12-10 10-128-24-256 0-12 2-10-10 22-118 0-236-2-12 10-10Z";
  const scale = isWide ? "translate(-22 66) scale(1.11 0.68)" : look.size === "40" ? "translate(14 18) scale(0.93)" : "";
  const area: Area = isWide ? { x: 96, y: 138, width: 208, height: 128, largest: 62 } : { x: 112, y: 112, width: 176, height: 176, largest: 66 };
  return (
    <>
      <defs>
        <radialGradient id={`${uid}r`} cx="0.42" cy="0.36" r="0.72">
          <stop offset="0" stopColor="#fff" stopOpacity={look.texture === "velvet" ? 0.24 : 0.14} />
          <stop offset="0.55" stopColor="#fff" stopOpacity="0" />
          <stop offset="1" stopColor="#000" stopOpacity={look.texture === "velvet" ? 0.3 : 0.18} />
        </radialGradient>
        {look.texture === "linen" && (
          <pattern id={`${uid}p`} width="6" height="6" patternUnits="userSpaceOnUse">
            <path d="M0 1.5h6M1.5 0v6" stroke="#000" strokeOpacity="0.06" strokeWidth="1" />
            <path d="M0 4.5h6M4.5 0v6" stroke="#fff" strokeOpacity="0.09" strokeWidth="1" />
          </pattern>
        )}
      </defs>
      <Ground cy={isWide ? 300 : 346} rx={isWide ? 150 : 128} />
      <g transform={scale}>
        <path d={outline} fill={base} stroke={edgeOf(base)} strokeWidth="2" strokeLinejoin="round" />
        {look.texture === "linen" && <path d={outline} fill={`url(#${uid}p)`} />}
        <path d={outline} fill={`url(#${uid}r)`} />
        <path d={outline} transform="translate(7 7) scale(0.965)" fill="none" stroke="#000" strokeOpacity="0.12" strokeWidth="1.6" strokeDasharray="5 4" />
        <path d="M70 74q24 26 34 44M330 74q-24 26-34 44M70 326q24-26 34-44M330 326q-24-26-34-44" fill="none" stroke="#000" strokeOpacity="0.09" strokeWidth="6" strokeLinecap="round" />
      </g>
      <Print look={look} paint={paint} ground={base} area={area} />
    </>
  );
}

function Notebook({ look, uid, paint }: ArticleProps) {
  const { base } = look;
  const scale = { a6: "translate(44 44) scale(0.78)", b5: "translate(-14 -14) scale(1.07)" }[look.size] ?? "";
  return (
    <g transform={scale}>
      <defs>
        <SideLight id={`${uid}l`} />
      </defs>
      <Ground cx={206} cy={358} rx={116} />
      <g transform="rotate(-3 200 200)">
        <rect x="104" y="58" width="206" height="294" rx="10" fill={shade(base, -0.35)} />
        <path d="M110 62h192q7 0 7 7v276q0 4-7 4H110Z" fill="#f3ecdc" />
        <path d="M306 66v280M303 66v280M110 347h192M110 344h192" stroke="#b7ab90" strokeOpacity="0.7" strokeWidth="0.8" />
        {look.paper === "lined" && <path d="M306 90h3M306 110h3M306 130h3M306 150h3M306 170h3M306 190h3M306 210h3M306 230h3M306 250h3M306 270h3" stroke="#6f89a8" strokeWidth="1" />}
        <path d="M226 340v34l7-7 7 7v-34Z" fill="#a63d21" />
        <path d="M98 62q0-10 10-10h182q10 0 10 10v274q0 10-10 10H108q-10 0-10-10Z" fill={base} stroke={edgeOf(base)} strokeWidth="1.5" />
        <path d="M98 62q0-10 10-10h182q10 0 10 10v274q0 10-10 10H108q-10 0-10-10Z" fill={`url(#${uid}l)`} opacity="0.8" />
        <path d="M98 62q0-10 10-10h18v294h-18q-10 0-10-10Z" fill="#000" opacity="0.16" />
        <path d="M126 52v294" stroke="#000" strokeOpacity="0.16" />
        <path d="M128.500 52v294" stroke="#fff" strokeOpacity="0.14" />
        <rect x="280" y="51" width="7" height="296" fill={shade(look.ink, luminance(look.ink) > 0.6 ? -0.25 : 0.05)} opacity="0.9" />
        <Print look={look} paint={paint} ground={base} area={{ x: 140, y: 104, width: 128, height: 180, largest: 44 }} />
      </g>
    </g>
  );
}

function Frame({ look, uid, paint }: ArticleProps) {
  const { base, frame } = look;
  const scale = { s: "translate(38 34) scale(0.81)", m: "translate(18 16) scale(0.91)" }[look.size] ?? "";
  const hasMount = look.mount !== "";
  const paper = hasMount ? { x: 132, y: 96, width: 136, height: 198 } : { x: 96, y: 60, width: 208, height: 270 };
  const area = hasMount ? { x: 144, y: 112, width: 112, height: 166, largest: 40 } : { x: 120, y: 94, width: 160, height: 202, largest: 56 };
  return (
    <g transform={scale}>
      <defs>
        <linearGradient id={`${uid}g`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0.08" stopColor="#fff" stopOpacity="0.3" />
          <stop offset="0.34" stopColor="#fff" stopOpacity="0.05" />
          <stop offset="0.345" stopColor="#fff" stopOpacity="0" />
        </linearGradient>
      </defs>
      <rect x="84" y="48" width="244" height="306" rx="3" fill="#1d1a16" opacity="0.15" />
      <rect x="76" y="40" width="248" height="310" rx="3" fill={frame} stroke={edgeOf(frame)} strokeWidth="1.5" />
      <path d="M76 40h248l-20 20H96Z" fill="#fff" opacity="0.16" />
      <path d="M76 40 96 60v270l-20 20Z" fill="#fff" opacity="0.07" />
      <path d="M324 40 304 60v270l20 20Z" fill="#000" opacity="0.12" />
      <path d="M76 350 96 330h208l20 20Z" fill="#000" opacity="0.2" />
      <rect x="96" y="60" width="208" height="270" fill={hasMount ? look.mount : base} />
      {hasMount && <rect {...paper} fill={base} stroke="#000" strokeOpacity="0.22" strokeWidth="2" />}
      <path d="M96 60h208v6H96ZM96 60h6v270h-6Z" fill="#000" opacity="0.13" />
      <Print look={look} paint={paint} ground={base} area={area} />
      <rect x="96" y="60" width="208" height="270" fill={`url(#${uid}g)`} />
    </g>
  );
}

function Tote({ look, uid, paint }: ArticleProps) {
  const { base } = look;
  const body = "M96 150h208l14 184q1 14-14 14H96q-15 0-14-14Z";
  return (
    <>
      <defs>
        <SideLight id={`${uid}l`} />
      </defs>
      <Ground cy={352} rx={120} />
      <path d="M150 156c-8-126 108-126 100 0" fill="none" stroke={shade(base, -0.24)} strokeWidth="15" />
      <path d={body} fill={base} stroke={edgeOf(base)} strokeWidth="1.8" strokeLinejoin="round" />
      <path d={body} fill={`url(#${uid}l)`} />
      <path d="M97 168h206" stroke="#000" strokeOpacity="0.14" strokeWidth="1.6" strokeDasharray="5 4" />
      <path d="M142 182c-8-146 124-146 116 0" fill="none" stroke={edgeOf(base)} strokeWidth="17" />
      <path d="M142 182c-8-146 124-146 116 0" fill="none" stroke={shade(base, -0.06)} strokeWidth="14" />
      <path d="M136 168h13v16h-13ZM251 168h13v16h-13Z" fill="none" stroke="#000" strokeOpacity="0.18" strokeWidth="1.3" />
      <Print look={look} paint={paint} ground={base} area={{ x: 124, y: 192, width: 152, height: 138, largest: 52 }} />
    </>
  );
}

function Calendar({ look, paint }: ArticleProps) {
  const { base } = look;
  return (
    <>
      <Ground cy={356} rx={116} />
      <rect x="92" y="58" width="216" height="288" rx="6" fill="#fdfcf8" stroke="#cfc8b8" strokeWidth="1.5" />
      <path d="M92 64q0-6 6-6h204q6 0 6 6v150H92Z" fill={base} stroke={edgeOf(base)} strokeWidth="1.2" />
      <g fill="#3a3733" opacity="0.75">
        {Array.from({ length: 28 }, (_, i) => (
          <rect key={i} x={110 + (i % 7) * 27} y={236 + Math.floor(i / 7) * 25} width="16" height="13" rx="2.500" opacity={i % 7 > 4 ? 0.32 : 0.16} />
        ))}
      </g>
      <g fill="none" stroke="#6d6a64" strokeWidth="3.5" strokeLinecap="round">
        {Array.from({ length: 9 }, (_, i) => (
          <path key={i} d={`M${112 + i * 22} 48v20`} />
        ))}
      </g>
      <Print look={look} paint={paint} ground={base} area={{ x: 112, y: 78, width: 176, height: 122, largest: 44 }} />
    </>
  );
}

export const ARTICLES: Record<string, (props: ArticleProps) => ReactNode> = {
  mug: Mug,
  shirt: Shirt,
  cushion: Cushion,
  notebook: Notebook,
  frame: Frame,
  tote: Tote,
  calendar: Calendar,
};
