import { countOf } from "../../domain/format.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import type { Gate } from "../../runbook/runbook.ts";
import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { placeOf, relationFinding, tableOf } from "../locate-finding.ts";
import { contaminationJson } from "./contamination-json.ts";
import { isDirty, type ContaminationTable, type Detector, type FieldCheck } from "./contamination-table.ts";
import type { Taint, TaintCause } from "./taint.ts";

/**
 * Contamination: bad values and tainted partitions hold back; partial ones only where the gate is strict, suspect ones
 * never. What holds back is told before what people should only see.
 */
export function judgeContamination(
  scope: GateScope,
  gate: Pick<Gate, "strict">,
  found: { readonly tables: readonly ContaminationTable[]; readonly taints: readonly Taint[] },
): GateJudgement {
  const { tables, taints } = found;
  const dirty = tables.map((table) => {
    const counted = dirtyFields(table).filter(({ status }) => isDirty(status, gate.strict));
    return { table: table.table, processor: table.processor, dates: counted.map(({ date }) => date) };
  });
  const tainted = taints.map(({ processor, date }) => {
    return { table: tableOf(scope, processor), processor, dates: [date] };
  });
  const held = heldDates(scope, [...dirty, ...tainted]);
  const grave = contaminationFindings(scope, found, ({ status }) => isDirty(status, gate.strict));
  const findings = grave.length > 0 ? grave : contaminationFindings(scope, found, () => true);
  const failed = tables.flatMap(({ table, messages }) => messages.map((message) => ({ table, message })));
  return {
    ...nothingFound,
    isFound: held.length > 0,
    isNotable: tables.some(({ fields }) => fields.some(({ status }) => status !== "clean")),
    ...explainFindings(scope, {
      findings,
      failed,
      held,
      otherwise: countOf(tables.length, "table is clean", "tables are clean"),
    }),
    detail: contaminationJson(tables, taints),
  };
}

/** Values that count, and taints. What is said of every date is left out of what is said of the range. */
function contaminationFindings(
  scope: GateScope,
  { tables, taints }: { readonly tables: readonly ContaminationTable[]; readonly taints: readonly Taint[] },
  isCounted: (check: FieldCheck) => boolean,
): readonly Finding[] {
  const ofFields = tables.flatMap((checked) =>
    dirtyFields(checked)
      .filter(isCounted)
      .map((check) => fieldFinding(scope, checked, check)),
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
  const relation = relationFinding(scope, checked, { name: field, date, found });
  if (detector === "relation" && relation !== undefined) return relation;
  return { kind: detectorKinds[detector], table: checked.table, date, place: placeOf(checked), found };
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
function dirtyFields({ fields }: Pick<ContaminationTable, "fields">): readonly FieldCheck[] {
  const dirty = fields.filter(({ status }) => status !== "clean");
  const dated = new Set(
    dirty.filter(({ date }) => date !== undefined).map(({ detector, field }) => tupleText([detector, field])),
  );
  return dirty.filter(
    ({ date, detector, field }) => date !== undefined || !dated.has(tupleText([detector, field])),
  );
}

function taintFinding(scope: GateScope, { processor, date, because }: Taint, cause: TaintCause): Finding {
  const own = { table: tableOf(scope, processor), date, place: processor, found: because };
  if (cause.kind === "content" || cause.kind === "definition") {
    const error = scope.state.ledger.get(processor)?.get(date)?.attempt.error;
    return { kind: "content", ...own, found: error === undefined ? because : `${because}: ${error}` };
  }
  if (!("upstream" in cause) || cause.kind === "through") return { kind: "through", ...own };
  const { upstream, first } = cause;
  const what =
    cause.kind === "rewritten"
      ? `changed since ${processor} ${date} was built`
      : `is not settled, and ${processor} ${date} reads it`;
  return {
    kind: "upstream",
    table: scope.runbook.processors.find(({ id }) => id === upstream)?.table ?? upstream,
    date: first,
    place: upstream,
    found: what,
  };
}
