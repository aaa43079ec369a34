import { isColour } from "~/ui/artwork/look";

/** A colour to choose. Data may be written by hand: only plain colours are drawn, anything else is a crossed circle. */
export function Swatch({ data, className = "size-9" }: { data: Record<string, string>; className?: string }) {
  const colour = [data.base, data.ink, data.frame, data.mount, data.hex].find((c) => c !== undefined && isColour(c));
  return (
    <svg viewBox="0 0 36 36" className={className} aria-hidden="true" focusable="false">
      <circle cx="18" cy="18" r="17" fill={colour ?? "none"} stroke="currentColor" strokeOpacity="0.28" />
      {!colour && <path d="M7 29 29 7" stroke="currentColor" strokeOpacity="0.4" strokeWidth="1.5" />}
      {data.finish === "foil" && <path d="M8 24 24 8M12 29 29 12" stroke="#fff" strokeOpacity="0.55" strokeWidth="3" strokeLinecap="round" />}
    </svg>
  );
}
