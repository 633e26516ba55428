import type { Gate } from "../runbook/runbook.ts";
import { contaminationJson } from "./contamination-json.ts";
import type { ContaminationTable } from "./contamination-table.ts";
import { contractJson, type ContractTable } from "./contract-table.ts";
import { coverageJson } from "./coverage-json.ts";
import type { Coverage, CoverageRow } from "./coverage-row.ts";
import { gapsJson, type Gaps } from "./gap-table.ts";
import type { GateFindings } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";
import { heldDates, placesText } from "./held-dates.ts";
import type { BudgetVerdict } from "./judge-budgets.ts";
import type { Taint } from "./taint.ts";

/** Verdicts that a summary names. */
const namedVerdicts = 4;

const nothing = { isFound: false, isOdd: false, isBreach: false, failed: [], held: [] };

/** Gaps: dates that are missing or low hold back. */
export function judgeGaps(scope: GateScope, gaps: Gaps): GateFindings {
  const found = gaps.tables.map(({ table, processor, missing, low }) => {
    return { table, processor, dates: [...missing, ...low.map(({ date }) => date)] };
  });
  const held = heldDates(scope, found);
  const isFound = held.length > 0;
  return {
    ...nothing,
    isFound,
    failed: gaps.tables.flatMap(({ message }) => message ?? []),
    held,
    summary: isFound ? `rows are missing: ${placesText(held)}` : `no gaps in ${gaps.tables.length} tables`,
    detail: gapsJson(gaps),
  };
}

/** Coverage: untracked, phantom and unexpected members hold back; what lies off the calendar is a finding too. */
export function judgeCoverage(scope: GateScope, coverage: Coverage): GateFindings {
  const tables = new Map(scope.processors.map(({ id, table }) => [id, table]));
  const troubled = coverage.rows.filter(isTroubled).map(({ processor, date }) => {
    return { table: tables.get(processor) ?? processor, processor, dates: [date] };
  });
  const held = heldDates(scope, troubled);
  const isFound = held.length > 0 || coverage.strays.length > 0;
  const strays = coverage.strays.map(({ processor, date }) => `${processor} ${date} is not on the calendar`);
  const places = [...(held.length > 0 ? [placesText(held)] : []), ...strays.slice(0, 2)].join("; ");
  return {
    ...nothing,
    isFound,
    failed: coverage.failed.map(({ message }) => message),
    held,
    summary: isFound ? `rows are not accounted for: ${places}` : "every expected row is accounted for",
    detail: coverageJson(coverage, []),
  };
}

/** Whether a date's accounting does not hold. */
export function isTroubled({ untracked, phantom, unexpected }: CoverageRow): boolean {
  return untracked + phantom + unexpected > 0;
}

/** Contamination: bad values and tainted partitions hold back; partial ones only where the gate is strict. */
export function judgeContamination(
  scope: GateScope,
  gate: Pick<Gate, "strict">,
  { tables, taints }: { readonly tables: readonly ContaminationTable[]; readonly taints: readonly Taint[] },
): GateFindings {
  const processors = new Map(scope.processors.map(({ id, table }) => [id, table]));
  const dirty = tables.map((table) => ({ ...table, dates: dirtyDates(table, gate.strict) }));
  const tainted = taints.map(({ processor, date }) => {
    return { table: processors.get(processor) ?? processor, processor, dates: [date] };
  });
  const held = heldDates(scope, [...dirty, ...tainted]);
  const isFound = held.length > 0;
  const told = [...taints.slice(0, 1).map(taintText), ...firstDetail(tables)].join("; ");
  return {
    ...nothing,
    isFound,
    isOdd: tables.some(({ status }) => status === "partial"),
    failed: tables.flatMap(({ messages }) => messages),
    held,
    summary: isFound ? `${placesText(held)}; first ${told}` : `${tables.length} tables are clean`,
    detail: contaminationJson(tables, taints),
  };
}

/** Dates with findings; undefined stands for a finding about the whole range. */
function dirtyDates({ fields }: ContaminationTable, isStrict: boolean): readonly (string | undefined)[] {
  const dirty = fields.filter(({ status }) => status !== "clean" && (isStrict || status !== "partial"));
  const dated = new Set(
    dirty.filter(({ date }) => date !== undefined).map(({ detector, field }) => `${detector} ${field}`),
  );
  return dirty
    .filter(({ date, detector, field }) => date !== undefined || !dated.has(`${detector} ${field}`))
    .map(({ date }) => date);
}

function taintText({ processor, date, because }: Taint): string {
  return `${processor} ${date}: ${because}`;
}

/** The first field that is not clean, absent rows last: they are seldom the cause. */
function firstDetail(tables: readonly ContaminationTable[]): readonly string[] {
  const bad = tables.flatMap(({ table, fields }) =>
    fields.filter(({ status }) => status !== "clean").map((check) => ({ table, ...check })),
  );
  const first = bad.find(({ detector }) => detector !== "rows") ?? bad[0];
  return first === undefined ? [] : [`${first.table}.${first.field}: ${first.detail}`];
}

/** Contract: dates with violations hold back; a table of another shape holds back whole. */
export function judgeContract(scope: GateScope, tables: readonly ContractTable[]): GateFindings {
  const found = tables.map(({ table, processor, violations }) => {
    return { table, processor, dates: violations.map(({ date }) => date) };
  });
  const held = heldDates(scope, found);
  const [first] = tables.flatMap(({ table, violations }) =>
    violations.map(({ check }) => `${table}: ${check}`),
  );
  return {
    ...nothing,
    isFound: held.length > 0,
    failed: tables.flatMap(({ messages }) => messages),
    held,
    summary:
      first === undefined
        ? `${tables.length} tables keep their contract`
        : `${placesText(held)}; first ${first}`,
    detail: contractJson(tables),
  };
}

/** Budgets: exceeded rates and categories that are not allowed. They hold back only where the runbook says `stop`. */
export function judgeBudgetGate(
  scope: GateScope,
  { coverage, verdicts }: { readonly coverage: Coverage; readonly verdicts: readonly BudgetVerdict[] },
): GateFindings {
  const breaches = verdicts.filter(
    ({ verdict }) => verdict === "exceeded" || verdict === "unexpected-category",
  );
  const open = verdicts.filter(({ verdict }) => verdict === "provisional");
  const odd = verdicts.filter(
    ({ verdict }) => verdict === "suspiciously-good" || verdict === "exceeded (waived)",
  );
  const stopped = breaches
    .filter(({ exceeded }) => exceeded?.action === "stop")
    .map(({ processor, period }) => ({
      table: scope.processors.find(({ id }) => id === processor)?.table ?? processor,
      processor,
      dates: scope.days.filter((day) => day.period === period).map(({ date }) => date),
    }));
  return {
    ...nothing,
    isFound: breaches.length + open.length > 0,
    isOdd: odd.length > 0,
    isBreach: breaches.length > 0,
    failed: coverage.failed.map(({ message }) => message),
    held: heldDates(scope, stopped),
    summary: budgetText(verdicts, [...breaches, ...open, ...odd]),
    detail: coverageJson({ ...coverage, rows: [] }, verdicts),
  };
}

function budgetText(all: readonly BudgetVerdict[], told: readonly BudgetVerdict[]): string {
  if (told.length === 0) return `${all.length} rates are judged, none is off`;
  const named = told.slice(0, namedVerdicts).map(({ processor, period, verdict, rate, openDates }) => {
    const why = verdict === "provisional" ? `${openDates.length} dates open` : `${(100 * rate).toFixed(1)} %`;
    return `${processor} ${period} ${verdict} (${why})`;
  });
  const rest = told.length - named.length;
  return `${named.join("; ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
