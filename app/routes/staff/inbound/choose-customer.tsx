import { Form, Link, useSearchParams } from "@remix-run/react";
import { Check } from "lucide-react";
import { useTranslations } from "use-intl";

import type { PartyHit } from "~/domain/customers/search.server";
import { Button, TextLink } from "~/ui/button";
import { Icon } from "~/ui/icon";
import { SearchInput } from "~/ui/inputs";

type Props = {
  writers: readonly PartyHit[];
  chosen: { publicId: string } | null;
  typed: string;
  /** That of a new customer, should it be one. */
  address: string | null;
  /** What of the query goes on with the search. */
  keep: readonly string[];
};

/** Look for a customer and choose one: by links, so that it works before scripts. */
export function ChooseCustomer({ writers, chosen, typed, address, keep }: Props) {
  const t = useTranslations("inbound.file");
  const [query] = useSearchParams();
  return (
    <>
      <Form role="search" className="flex max-w-xl gap-2">
        {keep.map((name) => query.has(name) && <input key={name} type="hidden" name={name} value={query.get(name)!} />)}
        <div className="min-w-0 flex-1">
          <SearchInput name="q" label={t("search")} placeholder={t("search")} defaultValue={typed} key={typed} />
        </div>
        <Button type="submit">{t("find")}</Button>
      </Form>
      {writers.length > 0 ? (
        <ul aria-label={t("found")} className="mt-2 max-w-xl">
          {writers.map((writer) => (
            <Writer key={writer.publicId} writer={writer} isChosen={writer.publicId === chosen?.publicId} />
          ))}
        </ul>
      ) : (
        <p role="status" className="mt-3 text-sm text-muted">
          {typed ? t("nobody", { typed }) : t("typeFirst")}
        </p>
      )}
      <p className="mt-2 text-sm">
        <TextLink to={`/staff/customers/new?${new URLSearchParams({ email: address ?? "" })}`}>{t("newCustomer")}</TextLink>
      </p>
    </>
  );
}

function Writer({ writer, isChosen }: { writer: PartyHit; isChosen: boolean }) {
  const [query] = useSearchParams();
  const to = new URLSearchParams(query);
  to.set("customer", writer.publicId);
  return (
    <li className="border-b border-line last:border-0">
      <Link
        to={`?${to}`}
        preventScrollReset
        aria-current={isChosen ? "true" : undefined}
        className="flex flex-wrap items-baseline gap-x-3 rounded-md px-2 py-2 hover:bg-hover aria-[current]:bg-pine-wash"
      >
        <span className="font-medium">{writer.name}</span>
        <span className="min-w-0 truncate text-sm text-muted">{[writer.email, writer.number].filter(Boolean).join(" · ")}</span>
        {isChosen && <Icon of={Check} size={15} className="ml-auto self-center text-pine" />}
      </Link>
    </li>
  );
}
