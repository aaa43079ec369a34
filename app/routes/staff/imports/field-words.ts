import { useTranslations } from "use-intl";

import type { ImportType } from "~/domain/imports/import";

/** What a field is called, of this type (`names`: those that the company has made): the number of an invoice is not that of a customer. */
export function useFieldWords(type: ImportType, names: Record<string, string> = {}): (key: string) => string {
  const t = useTranslations("imports");
  return (key) => {
    if (names[key]) return names[key];
    const line = /^line (\d+)$/.exec(key);
    if (line) return t("fields.line", { n: line[1] as string });
    const own = key === "number" && type !== "customers" ? `${type}Number` : key === "name" && type === "products" ? "productName" : key;
    return t(`fields.${own}` as "fields.number");
  };
}
