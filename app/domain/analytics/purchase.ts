/** What the reports are made of: the orders of one customer that count, cancelled ones left out. */
export type CountedLine = { productId: number | null; category: string | null; quantity: number; minor: number };

export type CountedOrder = {
  at: number;
  /** Days since 1 January 1970, of the company's calendar. */
  day: number;
  minor: number;
  currency: string;
  lines: readonly CountedLine[];
};

export type Customer = {
  partyId: number;
  /** IANA name: by the clocks there the hours of orders are told. */
  zone: string;
  /** In the order of time; at least one. */
  orders: readonly CountedOrder[];
};

/** What the figures stand on. */
export type Basis = {
  asOf: number;
  /** The company's; amounts in other currencies are in no sum. */
  currency: string;
};
