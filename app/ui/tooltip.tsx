import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";

import { Kbd } from "./kbd";

/** Names what has only a drawing, with its key where it has one. Never the only place of something one must know. */
export function Tooltip({ label, keys, side = "bottom", children }: { label: string; keys?: string; side?: "top" | "right" | "bottom" | "left"; children: ReactElement }) {
  return (
    <Radix.Provider delayDuration={350} skipDelayDuration={200}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-paper shadow-float animate-appear"
          >
            {label}
            {keys && <Kbd tone="inverse">{keys}</Kbd>}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
