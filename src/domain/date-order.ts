/** Which dates may come first where dependencies leave a choice. */
export const dateOrders = ["newest", "oldest"] as const;
/** One of `dateOrders`. */
export type OrderOfDates = (typeof dateOrders)[number];
