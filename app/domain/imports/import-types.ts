export const IMPORT_TYPES = ["customers", "consents", "products", "orders", "invoices", "payments", "shipments"] as const;
