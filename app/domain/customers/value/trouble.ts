/** Why a fit cannot be relied upon. */
export const FIT_TROUBLES = ["few_customers", "few_repeats", "not_found", "at_the_edge", "spend_not_found", "spend_without_mean"] as const;
export type FitTrouble = (typeof FIT_TROUBLES)[number];
