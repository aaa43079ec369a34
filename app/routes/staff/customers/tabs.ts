/** The tabs of a customer's page, as its address names them. */
export const TABS = ["timeline", "profile", "orders", "complaints", "mails", "consent"] as const;
export type Tab = (typeof TABS)[number];
