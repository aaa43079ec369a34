import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { Icon } from "./icon";

/** Nothing here yet: what would stand here, and the next thing to do. Stands left, like the list it replaces. */
export function EmptyState({ icon, title, children, action }: { icon?: LucideIcon; title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex max-w-prose gap-3.5 py-4">
      {icon && (
        <span className="mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-md bg-hover text-muted">
          <Icon of={icon} size={18} />
        </span>
      )}
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {children && <div className="mt-1 text-muted">{children}</div>}
        {action && <div className="mt-4 flex flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  );
}
