/** What a day's report holds. */
import type { Pair } from "./affinity";
import type { Habits } from "./habits";
import type { Loyalty } from "./loyalty";
import type { Compared, Period } from "./period";

export type ReportContent = {
  loyalty: Loyalty;
  habits: Record<Period, Compared<Habits>>;
  affinity: {
    /** Orders of the last 365 days with a product. */
    orders: number;
    /** The best of them; all stand in product_pairs. */
    products: Pair<number>[];
    categories: Pair<string>[];
  };
};
