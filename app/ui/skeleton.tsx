import { cx } from "class-variance-authority";

/** Holds the place of what loads; appears after 300 ms, because most things are there by then. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div aria-hidden className={cx("animate-late space-y-2.5", className)}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={cx("h-4 animate-pulse rounded-sm bg-line", index === lines - 1 && lines > 1 ? "w-2/3" : "w-full")} />
      ))}
    </div>
  );
}
