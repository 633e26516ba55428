import { formatCount } from "../../domain/format.ts";
import { compareTrust, trustStates, type TrustFinding, type TrustState } from "../../domain/trust.ts";

/** What was found of one table. */
export type TableTrust = {
  readonly table: string;
  readonly dates: number;
  /** Dates by state, the worst state first; those of none are left out. */
  readonly counts: readonly (readonly [TrustState, number])[];
  readonly newest: Pick<TrustFinding, "date" | "state">;
};

/** Found dates table by table, in their order. */
export function trustByTable(found: readonly TrustFinding[]): readonly TableTrust[] {
  return [...Map.groupBy(found, ({ table }) => table)].flatMap(([table, own]) => {
    const newest = own.toSorted((left, right) => (left.date < right.date ? 1 : -1))[0];
    return newest === undefined ? [] : [{ table, dates: own.length, counts: countsOf(own), newest }];
  });
}

function countsOf(own: readonly TrustFinding[]): TableTrust["counts"] {
  return trustStates
    .map((state): [TrustState, number] => [state, own.filter((one) => one.state === state).length])
    .filter(([, count]) => count > 0)
    .toSorted(([left], [right]) => compareTrust(left, right));
}

/** `settled to 2024-01-31` of one table where all is, `3 missing, 1 held` of any; what nothing was found of is not looked at. */
export function trustText(tables: readonly TableTrust[]): string {
  const [only] = tables;
  if (only === undefined) return "not looked at";
  const counts = countsOfAll(tables);
  const open = counts.filter(([state]) => state !== "settled");
  if (open.length > 0) return open.map(([state, count]) => `${formatCount(count)} ${state}`).join(", ");
  return tables.length === 1 ? `settled to ${only.newest.date}` : "settled";
}

function countsOfAll(tables: readonly TableTrust[]): TableTrust["counts"] {
  const counts = tables.flatMap((table) => table.counts);
  return trustStates
    .map((state): [TrustState, number] => [
      state,
      counts.filter(([own]) => own === state).reduce((sum, [, count]) => sum + count, 0),
    ])
    .filter(([, count]) => count > 0)
    .toSorted(([left], [right]) => compareTrust(left, right));
}
