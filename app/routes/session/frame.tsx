import type { ReactNode } from "react";

import { PlainFrame } from "~/ui/frame";

/** One question on one page, before anybody is signed in. The mood is that of the place the door leads to. */
export function SessionFrame({
  mood,
  title,
  lead,
  children,
  footer,
}: {
  mood: "staff" | "portal";
  title: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <PlainFrame mood={mood}>
      <h1 className="font-heading text-xl font-(--heading-weight) tracking-[-0.012em]">{title}</h1>
      {lead && <p className="mt-1.5 text-muted">{lead}</p>}
      <div className="mt-6">{children}</div>
      {footer && <div className="mt-8 flex flex-col items-start gap-3 border-t border-line pt-5 text-sm">{footer}</div>}
    </PlainFrame>
  );
}
