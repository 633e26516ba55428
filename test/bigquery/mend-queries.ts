const frame =
  /\(\s*partition by ([\w.]+(?:,\s*[\w.]+)*)\s+order by ([\w.]+)\s+range between (unbounded|\d+) preceding and 1 preceding\s*\)/gi;

/** Distance between the keys of two partitions; what is ordered by (days of a season) is far smaller. */
const spacing = 1000;

/**
 * Frames with an offset under PARTITION BY as SQLite takes them, without PARTITION BY: the partition becomes part of the
 * one key, so far from any other that no offset reaches it.
 */
export function mendFrames(statement: string): string {
  return statement.replaceAll(frame, (_, partition: string, order: string, offset: string) => {
    const names = partition.split(",").map((name) => `cast(${name.trim()} as string), '/'`);
    const key = `mod(farm_fingerprint(concat(${names.join(", ")})), 1000000000) * ${spacing} + ${order}`;
    const reach = offset.toLowerCase() === "unbounded" ? spacing / 2 : Number(offset);
    return `(order by ${key} range between ${reach} preceding and 1 preceding)`;
  });
}

const branch = /\bselect\s+([^()]+?)\s+from\s+\w+\s+union all\b/gi;

/** A column that stands twice in the first branch of a UNION, the second time as an expression: else its name is taken for both. */
export function mendUnions(statement: string): string {
  return statement.replaceAll(branch, (text, list: string) => {
    const columns = list.split(",").map((column) => column.trim());
    const renamed = columns.map((column) => {
      const [, name = "", alias] = /^(\w+) as (\w+)$/i.exec(column) ?? [];
      return columns.includes(name) ? `coalesce(${name}, ${name}) as ${alias}` : column;
    });
    return text.replace(list, () => renamed.join(", "));
  });
}
