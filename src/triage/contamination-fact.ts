import { tupleText } from "../domain/tuple-text.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import type { CheckedField, CheckedValues, CoveredDate, TriageFindings } from "./gate-findings.ts";

/** A value of a fact, and what stands behind it. */
export type NotedFact = { readonly value: string; readonly note: string | undefined };

/** From best to worst. What only warns, or is accepted, decides nothing: it stays clean, with a note. */
const ranks = ["clean", "partial", "no-data", "contaminated", "check-failed"];
const clean: NotedFact = { value: "clean", note: undefined };

/**
 * How far the content of a partition can be trusted. What cannot be trusted by what it was built from comes before what
 * its values show. A finding over the whole range counts for every date only while no single date explains it.
 */
export function createContaminationFacts(
  findings: TriageFindings,
): (processor: string, date: CalendarDate) => NotedFact {
  const taints = new Map(
    findings.taints.map((taint) => [tupleText([taint.processor, taint.date]), taint.because]),
  );
  const covered = new Map(findings.coverage.map((row) => [tupleText([row.processor, row.date]), row]));
  const tables = new Map(findings.contamination.map((table) => [table.processor ?? "", tableFacts(table)]));
  const tainted = new Set(findings.taints.map(({ processor }) => processor));
  return (processor, date) => {
    const key = tupleText([processor, date]);
    const because = taints.get(key);
    if (because !== undefined) return { value: "contaminated", note: because };
    const table = tables.get(processor);
    const dated = table?.byDate.get(date) ?? [];
    const whole = table === undefined || table.byDate.size > 0 || tainted.has(processor) ? [] : table.ofRange;
    return worstOf([
      ...failedFacts(table, covered.get(key)),
      ...dated,
      ...whole,
      ...strays(covered.get(key)),
      ...(table?.suspects.get(date) ?? []),
    ]);
  };
}

type TableFacts = {
  readonly byDate: ReadonlyMap<string, readonly NotedFact[]>;
  readonly ofRange: readonly NotedFact[];
  /** What detectors that only warn found on single dates, and what is accepted there. */
  readonly suspects: ReadonlyMap<string, readonly NotedFact[]>;
  readonly messages: readonly string[];
};

function tableFacts({ fields, messages }: CheckedValues): TableFacts {
  const bad = fields.filter(({ status }) => status !== "clean" && !isMild(status));
  const suspect = fields.filter(({ status, date }) => isMild(status) && date !== undefined);
  const dated = bad.filter(({ date }) => date !== undefined);
  const named = new Set(dated.map(({ field, detector }) => tupleText([detector, field])));
  const whole = bad.filter(
    ({ date, field, detector }) => date === undefined && !named.has(tupleText([detector, field])),
  );
  const groups = Map.groupBy(dated, ({ date }) => String(date));
  return {
    byDate: new Map([...groups].map(([date, group]) => [date, group.map(factOf)])),
    ofRange: whole.map(factOf),
    suspects: new Map(
      [...Map.groupBy(suspect, ({ date }) => String(date))].map(([date, group]) => [
        date,
        group.map((field) => ({ ...factOf(field), value: "clean" })),
      ]),
    ),
    messages,
  };
}

function isMild(status: string): boolean {
  return status === "suspect" || status === "accepted";
}

function factOf({ field, status, detail }: CheckedField): NotedFact {
  return { value: status, note: field === "*" ? detail : `${field}: ${detail}` };
}

function failedFacts(table: TableFacts | undefined, row: CoveredDate | undefined): readonly NotedFact[] {
  const messages = [
    ...(table?.messages ?? []),
    ...(row?.status === "check-failed" ? ["its coverage could not be checked"] : []),
  ];
  return messages.map((note) => ({ value: "check-failed", note }));
}

function strays(row: CoveredDate | undefined): readonly NotedFact[] {
  const count = (row?.phantom ?? 0) + (row?.unexpected ?? 0);
  if (count === 0) return [];
  const note = `${row?.phantom ?? 0} entities have both row and failure, ${row?.unexpected ?? 0} are not expected`;
  return [{ value: "contaminated", note }];
}

function worstOf(facts: readonly NotedFact[]): NotedFact {
  return facts.reduce((worst, fact) => {
    const isWorse = ranks.indexOf(fact.value) > ranks.indexOf(worst.value);
    const isNoted = fact.value === worst.value && worst.note === undefined;
    return isWorse || isNoted ? fact : worst;
  }, clean);
}
