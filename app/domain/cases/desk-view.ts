/** The filters of the desk. all: what needs somebody here; waiting: what waits for the customer, answers given included. */
export const DESK_VIEWS = ["all", "mine", "unassigned", "waiting", "closed"] as const;
export type DeskView = (typeof DESK_VIEWS)[number];
