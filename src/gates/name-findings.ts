import { tablesOf } from "../domain/sql-tokens.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { ContaminationTable, Detector, FieldCheck } from "./contamination/contamination-table.ts";
import type { ContractTable, Violation } from "./contract/contract-table.ts";
import type { Coverage, CoverageRow } from "./coverage/coverage-row.ts";
import { inCascadeOrder, type Finding } from "./finding.ts";
import type { Gaps, GapTable } from "./gaps/gap-table.ts";
import type { GateScope } from "./gate-scope.ts";
import type { Taint, TaintCause } from "./contamination/taint.ts";

type Checked = { readonly table: string; readonly processor: string | undefined };

/** What gaps say of the sources and, by their coverage, of the processors. */
export function gapFindings(scope: GateScope, gaps: Gaps, coverage: Coverage): readonly Finding[] {
  const ofSources = gaps.tables.filter(({ processor }) => processor === undefined).flatMap(sourceFindings);
  return [...ofSources, ...coverageFindings(scope, coverage)];
}

function sourceFindings({ table, missing, low }: GapTable): readonly Finding[] {
  return [
    ...missing.map((date) => {
      return {
        kind: "absent" as const,
        table,
        date,
        text: `${table} ${date}: no row, and the calendar expects some`,
      };
    }),
    ...low.map(({ date, rows }) => {
      return { kind: "absent" as const, table, date, text: `${table} ${date}: only ${rows} rows` };
    }),
  ];
}

/** Dates whose accounting does not hold, each with its first member and what the ledger and lapsed waivers say of it. */
export function coverageFindings(scope: GateScope, coverage: Coverage): readonly Finding[] {
  const troubled = coverage.rows.filter(
    ({ status, untracked, phantom, unexpected }) =>
      status !== "check-failed" && untracked + phantom + unexpected > 0,
  );
  const ofDates = troubled.map((row): Finding => {
    const told = [accountText(row), attemptText(scope, row), waiverText(scope, row)];
    const text = `${row.processor} ${row.date}: ${told.filter((part) => part !== "").join("; ")}`;
    return {
      kind: row.untracked > 0 ? "absent" : "account",
      table: tableOf(scope, row.processor),
      date: row.date,
      text,
    };
  });
  const strays = coverage.strays.map(({ processor, date, entities, example }): Finding => {
    const text = `${processor} ${date}: ${entities} rows or failures on a day off the calendar, first ${example}`;
    return { kind: "account", table: tableOf(scope, processor), date, text };
  });
  return [...ofDates, ...strays];
}

function accountText({ expected, untracked, phantom, unexpected, example }: CoverageRow): string {
  const counts = [
    ...(untracked > 0 ? [`${untracked} of ${expected} expected have neither row nor failure`] : []),
    ...(phantom > 0 ? [`${phantom} have both a row and a failure`] : []),
    ...(unexpected > 0 ? [`${unexpected} are there that nobody expects`] : []),
  ];
  return `${counts.join(", ")}${example === undefined ? "" : `, first ${example}`}`;
}

function attemptText({ state }: GateScope, { processor, date }: CoverageRow): string {
  const attempt = state.ledger.get(processor)?.get(date)?.attempt;
  if (attempt === undefined) return "no attempt is recorded";
  if (attempt.status === "committed") return "";
  return `the newest attempt ${attempt.status === "failed" ? "failed" : "is blocked"}: ${attempt.error ?? ""}`;
}

function waiverText({ waivers }: GateScope, { processor, date }: CoverageRow): string {
  const lapsed = waivers.filter(
    ({ waiver, status }) =>
      status === "lapsed" &&
      waiver.processor === processor &&
      waiver.kind === "gap" &&
      waiver.dates.includes(date),
  );
  return lapsed
    .map(
      (verdict) =>
        `the waiver "${verdict.waiver.id}" lapsed${verdict.status === "lapsed" ? whyTexts[verdict.why] : ""}`,
    )
    .join("; ");
}

const whyTexts = { expired: ": it has expired", "digest-changed": ": its upstream changed" } as const;

/** What breaks the contract; a relation lies in the last of the tables that it reads. */
export function contractFindings(scope: GateScope, tables: readonly ContractTable[]): readonly Finding[] {
  return tables.flatMap((checked) =>
    checked.violations.map((violation): Finding => {
      const { check, date } = violation;
      const found = violationText(violation);
      if (date === undefined)
        return { kind: "shape", table: checked.table, date, text: `${placeOf(checked)}: ${found}` };
      const text = `${placeOf(checked)} ${date}: ${found}`;
      const relation = relationFinding(scope, checked, { name: check, date, found });
      return relation ?? { kind: "row", table: checked.table, date, text };
    }),
  );
}

function violationText({ check, date, occurrences, example }: Violation): string {
  if (date === undefined) return check;
  return `${check} (${occurrences} ${occurrences === 1 ? "time" : "times"}${example === "" ? "" : `, first ${example}`})`;
}

/** Values and taints. What is said of every date is left out of what is said of the range. */
export function contaminationFindings(
  scope: GateScope,
  { tables, taints }: { readonly tables: readonly ContaminationTable[]; readonly taints: readonly Taint[] },
): readonly Finding[] {
  const ofFields = tables.flatMap((checked) =>
    dirtyFields(checked).map((check) => fieldFinding(scope, checked, check)),
  );
  return [
    ...ofFields,
    ...taints.flatMap((taint) => taint.causes.map((cause) => taintFinding(scope, taint, cause))),
  ];
}

function fieldFinding(
  scope: GateScope,
  checked: ContaminationTable,
  { detector, field, date, detail }: FieldCheck,
): Finding {
  const found = field === "*" ? detail : `${field}: ${detail}`;
  const place = date === undefined ? placeOf(checked) : `${placeOf(checked)} ${date}`;
  const relation = relationFinding(scope, checked, { name: field, date, found });
  if (detector === "relation" && relation !== undefined) return relation;
  return { kind: detectorKinds[detector], table: checked.table, date, text: `${place}: ${found}` };
}

const detectorKinds: Readonly<Record<Detector, Finding["kind"]>> = {
  valid: "value",
  duplicate: "value",
  constant: "constant",
  distribution: "distribution",
  relation: "relation",
  rows: "no-data",
};

/** Fields that are not clean: of a date, or of the range where no date says so. */
export function dirtyFields({ fields }: Pick<ContaminationTable, "fields">): readonly FieldCheck[] {
  const dirty = fields.filter(({ status }) => status !== "clean");
  const dated = new Set(
    dirty.filter(({ date }) => date !== undefined).map(({ detector, field }) => `${detector} ${field}`),
  );
  return dirty.filter(
    ({ date, detector, field }) => date !== undefined || !dated.has(`${detector} ${field}`),
  );
}

function taintFinding(scope: GateScope, { processor, date, because }: Taint, cause: TaintCause): Finding {
  const own = { table: tableOf(scope, processor), date, text: `${processor} ${date}: ${because}` };
  if (cause.kind === "content" || cause.kind === "definition") {
    const error = scope.state.ledger.get(processor)?.get(date)?.attempt.error;
    return { kind: "content", ...own, text: `${own.text}${error === undefined ? "" : `: ${error}`}` };
  }
  if (!("upstream" in cause) || cause.kind === "through") return { kind: "through", ...own };
  const { upstream, first } = cause;
  const what =
    cause.kind === "rewritten"
      ? `changed since ${processor} ${date} was built`
      : `is not settled, and ${processor} ${date} reads it`;
  return {
    kind: "upstream",
    table: tableOf(scope, upstream),
    date: first,
    text: `${upstream} ${first}: ${what}`,
  };
}

/** Questions that failed, by the table that they were about; those that a stale calendar forbids are the calendar's. */
export function failedFindings(
  scope: GateScope,
  failed: readonly { readonly table: string; readonly message: string }[],
): readonly Finding[] {
  return failed.map(({ table, message }) => {
    const isCalendar = message === scope.calendarFault;
    return {
      kind: "check-failed",
      table: isCalendar ? scope.runbook.calendar.table : table,
      date: undefined,
      text: isCalendar ? message : `${table}: ${message}`,
    };
  });
}

/** The table of a processor by id; anything else is a table already. */
export function tableOf({ runbook }: Pick<GateScope, "runbook">, processor: string): string {
  return runbook.processors.find(({ id }) => id === processor)?.table ?? processor;
}

/**
 * A violation of a relation that the processor declares. It lies in the last of the tables that it reads; one that reads
 * neither the processor's table nor its failures names those it reads.
 */
function relationFinding(
  { runbook }: GateScope,
  { processor, table: own }: Checked,
  { name, date, found }: { readonly name: string; readonly date: string | undefined; readonly found: string },
): Finding | undefined {
  const relations = runbook.processors.find(({ id }) => id === processor)?.relations ?? [];
  const relation = relations.find((candidate) => candidate.name === name);
  if (relation === undefined) return undefined;
  const failures = ledgerTable(runbook.ledger, "precompute_failures");
  const read = tablesOf(relation.sql.text)
    .filter((table) => table !== runbook.calendar.table)
    .map((table) => (table === failures ? own : table));
  const tables = inCascadeOrder(runbook, [...new Set(read)]);
  const place = tables.includes(own) ? (processor ?? own) : tables.join(" and ");
  const text = `${place}${date === undefined ? "" : ` ${date}`}: ${found}`;
  return { kind: "relation", table: tables.at(-1) ?? own, date, text };
}

function placeOf({ table, processor }: Checked): string {
  return processor ?? table;
}
