import type { PostalAddress } from "~/domain/customers/schema";
import { useFormat } from "~/i18n/format";

export function Address({ address }: { address: PostalAddress }) {
  const format = useFormat();
  return (
    <address className="not-italic">
      {address.line1}
      {address.line2 && (
        <>
          <br />
          {address.line2}
        </>
      )}
      <br />
      {address.postcode} {address.city}
      <br />
      {format.country(address.country)}
    </address>
  );
}
