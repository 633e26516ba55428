import { formatRateBeside } from "../domain/format.ts";
import type { Gate } from "../runbook/runbook.ts";
import { contaminationJson } from "./contamination/contamination-json.ts";
import type { ContaminationTable } from "./contamination/contamination-table.ts";
import { contractJson, type ContractTable } from "./contract/contract-table.ts";
import { coverageJson } from "./coverage/coverage-json.ts";
import type { Coverage, CoverageRow } from "./coverage/coverage-row.ts";
import { firstFinding, type Finding } from "./finding.ts";
import { gapsJson, type Gaps } from "./gaps/gap-table.ts";
import type { GateFindings } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";
import { heldDates, placesText } from "./held-dates.ts";
import type { BudgetVerdict } from "./budget/judge-budgets.ts";
import {
  contaminationFindings,
  contractFindings,
  coverageFindings,
  dirtyFields,
  failedFindings,
  gapFindings,
  tableOf,
} from "./name-findings.ts";
import type { Taint } from "./contamination/taint.ts";

/** Verdicts that a summary names. */
const namedVerdicts = 4;

const nothing = { isFound: false, isOdd: false, isBreach: false };

/** Gaps: dates that are missing or low hold back. */
export function judgeGaps(
  scope: GateScope,
  { gaps, coverage }: { readonly gaps: Gaps; readonly coverage: Coverage },
): GateFindings {
  const found = gaps.tables.map(({ table, processor, missing, low }) => {
    return { table, processor, dates: [...missing, ...low.map(({ date }) => date)] };
  });
  const held = heldDates(scope, found);
  const failed = gaps.tables.flatMap(({ table, message }) =>
    message === undefined ? [] : [{ table, message }],
  );
  const open = gapFindings(scope, gaps, coverage).filter(({ kind }) => kind === "absent");
  return {
    ...nothing,
    isFound: held.length > 0,
    ...told(scope, { findings: open, failed, held, otherwise: `no gaps in ${gaps.tables.length} tables` }),
    detail: gapsJson(gaps),
  };
}

/** Coverage: untracked, phantom and unexpected members hold back; what lies off the calendar is a finding too. */
export function judgeCoverage(scope: GateScope, coverage: Coverage): GateFindings {
  const troubled = coverage.rows.filter(isTroubled).map(({ processor, date }) => {
    return { table: tableOf(scope, processor), processor, dates: [date] };
  });
  const held = heldDates(scope, troubled);
  const failed = coverage.failed.map(({ processor, message }) => ({
    table: tableOf(scope, processor),
    message,
  }));
  const findings = coverageFindings(scope, coverage);
  return {
    ...nothing,
    isFound: held.length > 0 || coverage.strays.length > 0,
    ...told(scope, { findings, failed, held, otherwise: "every expected row is accounted for" }),
    detail: coverageJson(coverage, []),
  };
}

/** Whether a date's accounting does not hold. */
function isTroubled({ untracked, phantom, unexpected }: CoverageRow): boolean {
  return untracked + phantom + unexpected > 0;
}

/** Contamination: bad values and tainted partitions hold back; partial ones only where the gate is strict. */
export function judgeContamination(
  scope: GateScope,
  gate: Pick<Gate, "strict">,
  found: { readonly tables: readonly ContaminationTable[]; readonly taints: readonly Taint[] },
): GateFindings {
  const { tables, taints } = found;
  const dirty = tables.map((table) => {
    const counted = dirtyFields(table).filter(({ status }) => gate.strict || status !== "partial");
    return { table: table.table, processor: table.processor, dates: counted.map(({ date }) => date) };
  });
  const tainted = taints.map(({ processor, date }) => {
    return { table: tableOf(scope, processor), processor, dates: [date] };
  });
  const held = heldDates(scope, [...dirty, ...tainted]);
  const findings = contaminationFindings(scope, found);
  const failed = tables.flatMap(({ table, messages }) => messages.map((message) => ({ table, message })));
  return {
    ...nothing,
    isFound: held.length > 0,
    isOdd: tables.some(({ status }) => status === "partial"),
    ...told(scope, { findings, failed, held, otherwise: `${tables.length} tables are clean` }),
    detail: contaminationJson(tables, taints),
  };
}

/** Contract: dates with violations hold back; a table of another shape holds back whole. */
export function judgeContract(scope: GateScope, tables: readonly ContractTable[]): GateFindings {
  const found = tables.map(({ table, processor, violations }) => {
    return { table, processor, dates: violations.map(({ date }) => date) };
  });
  const held = heldDates(scope, found);
  const findings = contractFindings(scope, tables);
  const failed = tables.flatMap(({ table, messages }) => messages.map((message) => ({ table, message })));
  return {
    ...nothing,
    isFound: held.length > 0,
    ...told(scope, { findings, failed, held, otherwise: `${tables.length} tables keep their contract` }),
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
      table: tableOf(scope, processor),
      processor,
      dates: scope.days.filter((day) => day.period === period).map(({ date }) => date),
    }));
  const failed = coverage.failed.map(({ processor, message }) => ({
    table: tableOf(scope, processor),
    message,
  }));
  const findings = [...breaches, ...open].map((verdict): Finding => {
    const table = tableOf(scope, verdict.processor);
    return { kind: "rate", table, date: verdict.openDates[0], text: verdictText(scope, verdict) };
  });
  return {
    ...nothing,
    isFound: breaches.length + open.length > 0,
    isOdd: odd.length > 0,
    isBreach: breaches.length > 0,
    failed: failed.map(({ message }) => message),
    held: heldDates(scope, stopped),
    first: firstFinding(scope.runbook, [...findings, ...failedFindings(scope, failed)]),
    summary: budgetText(scope, verdicts, [...breaches, ...open, ...odd]),
    detail: coverageJson({ ...coverage, rows: [] }, verdicts),
  };
}

/** The part of a verdict that says what was found: the first of all findings, and how far they reach. */
function told(
  scope: GateScope,
  {
    findings,
    failed,
    held,
    otherwise,
  }: {
    readonly findings: readonly Finding[];
    readonly failed: readonly { readonly table: string; readonly message: string }[];
    readonly held: GateFindings["held"];
    readonly otherwise: string;
  },
): Pick<GateFindings, "failed" | "held" | "first" | "summary"> {
  const first = firstFinding(scope.runbook, findings);
  const extent = held.length === 0 ? "" : `; in all ${placesText(held)}`;
  return {
    failed: failed.map(({ message }) => message),
    held,
    first: firstFinding(scope.runbook, [...findings, ...failedFindings(scope, failed)]),
    summary: first === undefined ? otherwise : `${first.text}${extent}`,
  };
}

function budgetText(
  scope: GateScope,
  all: readonly BudgetVerdict[],
  named: readonly BudgetVerdict[],
): string {
  if (named.length === 0) return `${all.length} rates are judged, none is off`;
  const texts = named.slice(0, namedVerdicts).map((verdict) => verdictText(scope, verdict));
  const rest = named.length - texts.length;
  return `${texts.join("; ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function verdictText({ waivers }: GateScope, found: BudgetVerdict): string {
  const { processor, period, verdict, rate, maximum, openDates, unexpectedCategories } = found;
  const categories = Object.entries(unexpectedCategories).map(([category, count]) => `${count} ${category}`);
  const percent = formatRateBeside(rate, maximum);
  const open = `${openDates.length} dates open, first ${openDates[0] ?? ""}`;
  const why = verdict === "provisional" ? open : [percent, ...categories].join(", ");
  const lapsed = waivers.find(
    ({ waiver, status }) =>
      status === "lapsed" &&
      waiver.kind === "budget" &&
      waiver.processor === processor &&
      waiver.period === period,
  );
  const text = `${processor} ${period} ${verdict} (${why})`;
  return lapsed === undefined ? text : `${text}: the waiver "${lapsed.waiver.id}" lapsed`;
}
