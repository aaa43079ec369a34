export const IMPORT_TYPES = ["customers", "consents", "notes", "products", "orders", "invoices", "payments", "shipments"] as const;
