import { useId, useRef } from "react";
import { Copy } from "lucide-react";
import { useTranslations } from "use-intl";

import { Button } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { useScripted } from "~/ui/scripted";

/** A secret that nobody will see again: in a field from which it can be copied by hand, too. */
export function ShownOnce({ label, secret, children }: { label: string; secret: string; children: string }) {
  const t = useTranslations("api");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const scripted = useScripted();
  return (
    <Callout tone="success" title={children} focusable>
      <label htmlFor={id} className="block text-sm text-muted">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          ref={field}
          readOnly
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
          className="min-h-(--control) min-w-0 flex-1 basis-72 rounded-md border border-edge bg-paper px-3 font-mono text-sm"
        />
        {scripted && (
          <Button icon={Copy} onClick={() => void navigator.clipboard?.writeText(secret)}>
            {t("copy")}
          </Button>
        )}
      </div>
    </Callout>
  );
}
