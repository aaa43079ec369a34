import { Copy } from "lucide-react";
import { useTranslations } from "use-intl";

import { Button, SubmitButton, TextLink } from "~/ui/button";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import { useFormat } from "~/i18n/format";

type Props = { address: string | null; mayHave: boolean; waiting: readonly { publicId: string; subject: string; at: number }[] };

/** The address that puts a mail on its customer's timeline: shown whole, to be kept in one's own mail program. */
export function LogAddressSection({ address, mayHave, waiting }: Props) {
  const t = useTranslations("correspondence");
  const format = useFormat();
  return (
    <Section title={t("bcc.title")} description={t("bcc.help")}>
      {mayHave ? (
        <div className="flex max-w-xl flex-col gap-3">
          {address !== null && (
            <div className="flex flex-wrap items-center gap-2">
              <code className="min-w-0 rounded-md border border-line px-3 py-2 font-mono text-sm break-all">{address}</code>
              <Button icon={Copy} onClick={() => void navigator.clipboard?.writeText(address)}>
                {t("bcc.copy")}
              </Button>
            </div>
          )}
          <p className="text-sm text-muted">{t("bcc.secret")}</p>
          <Form>
            <div>
              <SubmitButton variant="secondary" name="intent" value="log-address">
                {t(address === null ? "bcc.make" : "bcc.renew")}
              </SubmitButton>
            </div>
          </Form>
        </div>
      ) : (
        <p className="max-w-prose text-muted">{t("bcc.notSet")}</p>
      )}
      {waiting.length > 0 && (
        <div className="mt-5 max-w-xl">
          <h3 className="font-medium">{t("waiting", { count: waiting.length })}</h3>
          <ul className="mt-1">
            {waiting.map((one) => (
              <li key={one.publicId} className="flex flex-wrap gap-x-3 border-b border-line py-2 last:border-0">
                <TextLink to={`/staff/mails/${one.publicId}`}>{one.subject || t("noSubject")}</TextLink>
                <span className="text-sm text-muted">{format.dateTime(one.at)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}
