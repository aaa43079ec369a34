import type { LucideIcon } from "lucide-react";

/** A drawing beside a word: hidden from assistive technology, because the word says it. */
export function Icon({ of: Drawing, size = 16, className }: { of: LucideIcon; size?: number; className?: string }) {
  return <Drawing size={size} strokeWidth={1.75} aria-hidden focusable={false} className={`shrink-0 ${className ?? ""}`} />;
}
