import { completeRunbook } from "../run/complete-runbook.ts";
import { tupleText } from "../domain/tuple-text.ts";
import { join } from "node:path";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { vetRunbook } from "../run/vet-runbook.ts";
import { Fault } from "../errors.ts";
import { invalidRunbook } from "../run/read-runbook.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { parseRunbook } from "../runbook/parse-runbook.ts";
import type { Loosening } from "../runbook/policy/loosening.ts";
import { loosenings } from "../runbook/policy/loosenings.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { isInScope, readRedPartitions, turnedGreen, type RedPartition } from "./red-partitions.ts";
import { readRunbookAtRef } from "./runbook-at-ref.ts";

/** A change that weakens the policy, and the partitions whose verdict it turns. */
export type JudgedLoosening = Loosening & {
  /** Undefined when nobody could look, or no verdict depends on the change. */
  readonly turned: readonly RedPartition[] | undefined;
};

/** What has become weaker since a git ref. */
export type PolicyComparison = {
  readonly loosenings: readonly JudgedLoosening[];
  /** Why nothing was compared or no verdicts were counted; undefined when all was. */
  readonly note: string | undefined;
};

/** What a runbook is compared with, and the warehouse on which turned verdicts are counted. */
export type ComparisonRequest = {
  readonly text: RunbookText;
  /** What it is compared with: a branch, tag or commit of its repository, or the files it had; absent where it is new. */
  readonly against: string | RunbookText | undefined;
  /** The dates that are judged, of the runbook as it is now. */
  readonly rangeOf: (runbook: Runbook) => DateRange;
  readonly today: CalendarDate;
  /** Opened only where a change may turn a verdict. */
  readonly openWarehouse: (runbook: Runbook) => Promise<Warehouse>;
};

/** Codes of what says that there is nothing to compare yet. */
const absences: ReadonlySet<string> = new Set(["warehouse-missing", "missing-table"]);

/** Compares the runbook with itself at a ref. Faults: unknown-name, runbook-invalid, and those of the warehouse. */
export async function comparePolicies(request: ComparisonRequest): Promise<PolicyComparison> {
  const { text, against } = request;
  const earlier = typeof against === "string" ? await readRunbookAtRef(text, against) : against;
  if (earlier === undefined) {
    const where = typeof against === "string" ? ` at "${against}"` : "";
    return { loosenings: [], note: `There is no such runbook${where}: all of it is new` };
  }
  const [before, after] = [parseOrRefuse(earlier), parseOrRefuse(text)];
  const found = loosenings(before, after);
  const turned = found.length === 0 ? [] : await readTurned({ before, after }, request);
  return {
    loosenings: found.map((loosening) => ({ ...loosening, turned: turnedBy(loosening, turned) })),
    note: turned === undefined ? "No warehouse to judge by: how many verdicts turn is unknown" : undefined,
  };
}

/** One change as a line: where, what, from, to, and what it turns. */
export function formatLoosening(
  { subject, before, after, place, turned }: JudgedLoosening,
  folder: string,
): string {
  const where = place === undefined ? "" : `${join(folder, place.file)}:${place.line}:${place.column} `;
  return `${where}${subject}: ${before} → ${after}${turned === undefined ? "" : ` (${turnedText(turned)})`}`;
}

function turnedText(turned: readonly RedPartition[]): string {
  const [first] = turned;
  const last = turned.at(-1);
  if (first === undefined || last === undefined) return "flips no verdict";
  const count = turned.length === 1 ? "1 partition" : `${turned.length} partitions`;
  return `flips the verdict of ${count}, ${first.table} ${first.date} to ${last.table} ${last.date}`;
}

/** A runbook by its text. Fault: runbook-invalid. */
export function parseOrRefuse(text: RunbookText): Runbook {
  const parsed = parseRunbook(text);
  if (parsed.kind === "ok") return parsed.runbook;
  throw invalidRunbook(text.folder, parsed.problems);
}

function turnedBy(
  { scope }: Loosening,
  turned: readonly RedPartition[] | undefined,
): readonly RedPartition[] | undefined {
  if (scope === undefined || turned === undefined) return undefined;
  const found = turned.filter((partition) => isInScope(partition, scope));
  const byPlace = new Map(
    found.map((partition) => [tupleText([partition.table, partition.date]), partition]),
  );
  return [...byPlace.values()];
}

/** Undefined when there is no warehouse. */
async function readTurned(
  { before, after }: { readonly before: Runbook; readonly after: Runbook },
  { openWarehouse, rangeOf, today }: ComparisonRequest,
): Promise<readonly RedPartition[] | undefined> {
  try {
    await using warehouse = await openWarehouse(after);
    await vetRunbook(warehouse, before);
    const question = { range: rangeOf(after), today };
    const red = await readRedPartitions(warehouse, await completeRunbook(warehouse, before), question);
    const now = await completeRunbook(warehouse, after);
    return turnedGreen(red, await readRedPartitions(warehouse, now, question));
  } catch (error) {
    if (error instanceof Fault && absences.has(error.code)) return undefined;
    throw error;
  }
}
