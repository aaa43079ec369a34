/** How likely it is that a customer is one no more, by the chance that BG/NBD gives (customers/value/bg-nbd.ts). */
export const CHURN_RISKS = ["low", "some", "high", "gone"] as const;
export type ChurnRisk = (typeof CHURN_RISKS)[number];

/** The least chance of still being a customer in each: from there up to the one before. */
export const LEAST_CHANCE: Record<ChurnRisk, number> = { low: 0.8, some: 0.5, high: 0.2, gone: 0 };

/** Only of who bought on two days or more: of the others the model says that all are still there. */
export function churnRisk(chance: number): ChurnRisk {
  return CHURN_RISKS.find((risk) => chance >= LEAST_CHANCE[risk]) ?? "gone";
}
