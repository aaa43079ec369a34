/** Goods from stock: drawn once, nothing on them changes. In a box of 400 × 400. */
import type { ReactNode } from "react";

import { Motif, MOTIF_KEYS } from "./motif";

function Shadow({ cx = 200, cy = 340, rx = 120 }: { cx?: number; cy?: number; rx?: number }) {
  return <ellipse cx={cx} cy={cy} rx={rx} ry="10" fill="#1d1a16" opacity="0.13" />;
}

const CARD_INKS = ["#a63d21", "#1f5a43", "#1d2f57"];

export const STOCK: Record<string, () => ReactNode> = {
  cards: () => (
    <>
      <Shadow cy={338} rx={126} />
      {[-14, 0, 14].map((turn, i) => (
        <g key={turn} transform={`rotate(${turn} 200 420)`}>
          <rect x="122" y="90" width="156" height="216" rx="5" fill={["#f1e6cf", "#fbfaf6", "#e4e9e0"][i]} stroke="#cfc4ac" strokeWidth="1.5" />
          <Motif name={["fern", "leaf", "heart"][i] ?? "leaf"} x={158} y={140} size={84} ink={CARD_INKS[i] ?? ""} ground={["#f1e6cf", "#fbfaf6", "#e4e9e0"][i] ?? ""} />
          <path d="M166 262h68" stroke={CARD_INKS[i]} strokeOpacity="0.5" strokeWidth="3" strokeLinecap="round" />
        </g>
      ))}
    </>
  ),
  wrap: () => (
    <>
      <Shadow cy={336} rx={118} />
      <g transform="rotate(-24 200 200)">
        <rect x="64" y="150" width="272" height="86" fill="#c9a877" />
        <path d="M64 150h272v26H64Z" fill="#fff" opacity="0.17" />
        <path d="M64 214h272v22H64Z" fill="#000" opacity="0.13" />
        {[0, 1, 2, 3, 4, 5].map((i) => (
          <Motif key={i} name="leaf" x={78 + i * 42} y={i % 2 ? 160 : 192} size={32} ink="#5f4a2c" ground="#c9a877" />
        ))}
        <ellipse cx="336" cy="193" rx="16" ry="43" fill="#a98757" />
        <ellipse cx="336" cy="193" rx="8" ry="22" fill="#5f4a2c" />
        <path d="M150 150q-14 43 0 86h16q-14-43 0-86Z" fill="#a63d21" />
      </g>
    </>
  ),
  box: () => (
    <>
      <Shadow cy={330} rx={122} />
      <path d="M92 176h216v138q0 10-10 10H102q-10 0-10-10Z" fill="#35694f" />
      <path d="M80 140h240v42H80Z" fill="#3f7a5d" />
      <path d="M92 182h216v10H92Z" fill="#000" opacity="0.16" />
      <path d="M182 140h36v184h-36Z" fill="#efe0bd" />
      <path d="M200 142c-20-58-84-52-74-14 5 18 44 18 74 14ZM200 142c20-58 84-52 74-14-5 18-44 18-74 14Z" fill="#efe0bd" stroke="#c9b383" strokeWidth="2" />
      <path d="M200 142c-18-30-50-38-54-20-2 12 26 20 54 20ZM200 142c18-30 50-38 54-20 2 12-26 20-54 20Z" fill="#c9b383" />
      <circle cx="200" cy="142" r="11" fill="#dcc797" />
    </>
  ),
  stickers: () => (
    <>
      <Shadow cy={346} rx={110} />
      <g transform="rotate(3 200 200)">
        <rect x="98" y="54" width="204" height="282" rx="8" fill="#fdfcf8" stroke="#d8d1c1" strokeWidth="1.5" />
        {MOTIF_KEYS.slice(0, 12).map((name, i) => {
          const x = 112 + (i % 3) * 62;
          const y = 68 + Math.floor(i / 3) * 66;
          const ground = ["#f3d9c4", "#dbe7dc", "#d9e2ec", "#f1e6cf"][i % 4] ?? "";
          return (
            <g key={name}>
              <rect x={x} y={y} width="54" height="56" rx="14" fill={ground} />
              <Motif name={name} x={x + 9} y={y + 10} size={36} ink={["#a63d21", "#1f5a43", "#1d2f57", "#5a2b4d"][i % 4] ?? ""} ground={ground} />
            </g>
          );
        })}
      </g>
    </>
  ),
  towel: () => (
    <>
      <Shadow cy={348} rx={96} />
      <path d="M112 58q88 12 176 0v274q-88 14-176 0Z" fill="#f4efe4" stroke="#d6cbb5" strokeWidth="1.5" />
      <path d="M112 82q88 12 176 0v9q-88 12-176 0ZM112 100q88 12 176 0v4q-88 12-176 0ZM112 300q88 12 176 0v9q-88 12-176 0ZM112 288q88 12 176 0v4q-88 12-176 0Z" fill="#2f5d7c" />
      <Motif name="fern" x={148} y={140} size={104} ink="#2f5d7c" ground="#f4efe4" />
      <path d="M156 62q8 130 0 272M246 62q-10 130 0 272" fill="none" stroke="#000" strokeOpacity="0.06" strokeWidth="6" />
    </>
  ),
  coasters: () => (
    <>
      <Shadow cy={318} rx={132} />
      {[3, 2, 1, 0].map((i) => (
        <g key={i}>
          <ellipse cx={200} cy={270 - (3 - i) * 30} rx="118" ry="46" fill="#9a7447" transform="translate(0 12)" />
          <ellipse cx={200} cy={270 - (3 - i) * 30} rx="118" ry="46" fill="#d9b988" stroke="#b8935f" strokeWidth="1.5" />
        </g>
      ))}
      <g transform="translate(130 146) scale(1.4 0.62)">
        <Motif name="leaf" size={100} ink="#5c6b3f" ground="#d9b988" />
      </g>
    </>
  ),
  candle: () => (
    <>
      <Shadow cy={342} rx={94} />
      <path d="M200 62c18 24 22 38 12 50-7 8-17 8-24 0-10-12-6-26 12-50Z" fill="#e2913a" />
      <path d="M200 84c9 12 10 19 5 25-3 4-7 4-10 0-5-6-4-13 5-25Z" fill="#f9d877" />
      <path d="M200 110v34" stroke="#3a3733" strokeWidth="4" strokeLinecap="round" />
      <path d="M118 146h164v174q0 18-18 18H136q-18 0-18-18Z" fill="#e9dcc0" opacity="0.95" />
      <path d="M118 146h164v34q-82 18-164 0Z" fill="#fff" opacity="0.4" />
      <ellipse cx="200" cy="146" rx="82" ry="14" fill="#f5ecd7" stroke="#d3c29b" strokeWidth="1.5" />
      <rect x="148" y="206" width="104" height="92" rx="4" fill="#fdfcf8" />
      <Motif name="leaf" x={172} y={214} size={56} ink="#1f5a43" ground="#fdfcf8" />
      <path d="M166 284h68" stroke="#1f5a43" strokeOpacity="0.5" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  parcel: () => (
    <>
      <Shadow cy={322} rx={126} />
      <path d="m84 142 116-46 116 46v132l-116 50-116-50Z" fill="#d2ae7d" />
      <path d="M84 142 200 190v134L84 274Z" fill="#c19b68" />
      <path d="m200 190 116-48v132l-116 50Z" fill="#dcbc8f" />
      <path d="m84 142 116-46 116 46-116 48Z" fill="#e6cba3" />
      <path d="m138 120 116 47v40l16-7v-40L154 114Z" fill="#b9925c" opacity="0.75" />
      <Motif name="leaf" x={222} y={214} size={54} ink="#8d6c3f" ground="#dcbc8f" />
    </>
  ),
};
