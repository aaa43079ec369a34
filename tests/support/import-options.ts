import type { ImportOptions } from "../../app/domain/imports/schema";

export const OPTIONS: ImportOptions = {
  encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Europe/Warsaw", currency: "EUR", locale: "en", topicKey: null,
  createsCustomers: false, rules: "plain", key: null, everybodySays: null,
};
