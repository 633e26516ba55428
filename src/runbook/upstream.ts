import type { Declaration } from "./declaration.ts";
import type { UpstreamNames } from "./sort-processors.ts";

/** For each processor the ids that it reads: by its own edges and by its population's tables. */
export function upstreamOf({ processors, populations, names }: Declaration): UpstreamNames {
  const owners = new Map<string, string>(processors.map(({ value }) => [value.table, value.id]));
  const tables = new Map(populations.map(({ name, value }) => [name, value.reads?.map(({ from }) => from)]));
  return ({ value }) => {
    const computed = (tables.get(value.population ?? "") ?? []).filter(
      (table) => !names.sources.includes(table),
    );
    const implicit = computed.map((table) => owners.get(table) ?? table);
    return [...new Set([...value.reads.map(({ from }) => from), ...implicit])];
  };
}

/** The ids, and all that they read, directly or through others; `reads` has what each reads itself. */
export function withUpstream(
  reads: ReadonlyMap<string, readonly string[]>,
  ids: Iterable<string>,
): ReadonlySet<string> {
  const all = new Set(ids);
  for (const id of all) for (const read of reads.get(id) ?? []) all.add(read);
  return all;
}
