import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { TableSums } from "../versions/table-sums.ts";
import type { PlanScope, UnitVerdicts } from "../units/unit-verdict.ts";
import type { VersionSums } from "../versions/version-sums.ts";
import { windowUnion } from "../calendar/timeline.ts";
import { partitionedOf } from "../upstream/upstream.ts";

/** A text per table: the sum of the versions that running units read of it and that no running unit replaces. */
export function sumReadVersions(
  scope: PlanScope,
  verdicts: UnitVerdicts,
  sums: ReadonlyMap<TableId, TableSums>,
): readonly string[] {
  const written = writtenUnits(scope.runbook, verdicts);
  return [...readUnits(scope, verdicts)].map(([series, { table, failures, indexes }]) => {
    const replaced = written.get(table);
    const kept = [...indexes].filter((index) => replaced?.has(index) !== true);
    const own = sums.get(table);
    return `${series} ${own === undefined ? "" : sumOf(failures ? own.failures : own.rows, kept)}`;
  });
}

type ReadSeries = { readonly table: TableId; readonly failures: boolean; readonly indexes: Set<number> };

function readUnits(
  { runbook, upstreams, timeline }: PlanScope,
  verdicts: UnitVerdicts,
): Map<string, ReadSeries> {
  const read = new Map<string, ReadSeries>();
  for (const processor of runbook.processors) {
    const { id } = processor;
    const days = timeline.daysOf(processor);
    const readers = runningIndexes(verdicts, id).filter((index) => days[index] !== undefined);
    for (const { edge, producer } of upstreams.get(id) ?? []) {
      const union = windowUnion(timeline.spanOf(edge.window, partitionedOf(producer)), readers);
      for (const failures of edge.failures === "only" ? [true] : edge.failures ? [false, true] : [false]) {
        const series = `${edge.table} ${failures ? "failures" : "rows"}`;
        const known = read.get(series) ?? { table: edge.table, failures, indexes: new Set<number>() };
        for (const index of union) known.indexes.add(index);
        read.set(series, known);
      }
    }
  }
  return read;
}

function writtenUnits(runbook: Runbook, verdicts: UnitVerdicts): ReadonlyMap<TableId, ReadonlySet<number>> {
  return new Map(runbook.processors.map(({ id, table }) => [table, new Set(runningIndexes(verdicts, id))]));
}

function runningIndexes(verdicts: UnitVerdicts, processor: string): readonly number[] {
  const own = verdicts.get(processor) ?? [];
  return [...own.keys()].filter((index) => own[index]?.kind === "run");
}

function sumOf(sums: VersionSums, indexes: readonly number[]): string {
  let sum = 0n;
  for (const index of indexes) sum += sums.at(index);
  return BigInt.asUintN(128, sum).toString(16);
}
