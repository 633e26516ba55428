/** The shop's SQL with a comparison of each five sales, which takes hours. */
export function endless(sql: string): string {
  const tables = ["a", "b", "c", "d", "e"].map((name) => `shop_raw.sales as ${name}`);
  return `${sql}
  and (select count(*) from ${tables.join(" cross join ")} where a.amount * b.amount <> c.amount * d.amount + e.amount) >= 0`;
}
