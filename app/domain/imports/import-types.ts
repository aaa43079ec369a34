export const IMPORT_TYPES = ["customers", "products", "orders"] as const;
