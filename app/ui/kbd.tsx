import { cx } from "class-variance-authority";

/** A key to press: `Ctrl K`, `J`. Several keys are given with spaces. */
export function Kbd({ children, tone = "plain" }: { children: string; tone?: "plain" | "inverse" }) {
  return (
    <span className="inline-flex gap-0.5">
      {children.split(" ").map((key) => (
        <kbd
          key={key}
          className={cx(
            "min-w-4.5 rounded-sm border px-1 text-center font-sans text-xs leading-4",
            tone === "inverse" ? "border-paper/40 text-paper" : "border-line bg-sunken text-muted",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
