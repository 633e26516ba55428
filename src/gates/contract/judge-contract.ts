import { countOf } from "../../domain/format.ts";
import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { placeOf, relationFinding } from "../locate-finding.ts";
import { contractJson, type ContractTable, type Violation } from "./contract-table.ts";

/**
 * Contract: dates with violations hold back; a table of another shape holds back whole, rows without a date and relations
 * that only warn nothing. What holds back is told before what people should only see.
 */
export function judgeContract(scope: GateScope, tables: readonly ContractTable[]): GateJudgement {
  const found = tables.map(({ table, processor, violations }) => {
    const holding = violations.filter(
      ({ of, date, level }) => level === "block" && (of === "shape" || date !== undefined),
    );
    return { table, processor, dates: holding.map(({ date }) => date) };
  });
  const held = heldDates(scope, found);
  const grave = contractFindings(scope, tables, ({ level }) => level === "block");
  const findings = grave.length > 0 ? grave : contractFindings(scope, tables, () => true);
  const failed = tables.flatMap(({ table, messages }) => messages.map((message) => ({ table, message })));
  return {
    ...nothingFound,
    isFound: grave.length > 0,
    isNotable: tables.some(({ violations }) => violations.length > 0),
    ...explainFindings(scope, {
      findings,
      failed,
      held,
      otherwise: countOf(tables.length, "table keeps its contract", "tables keep their contract"),
    }),
    detail: contractJson(tables),
  };
}

/** What breaks the contract; a relation lies in the last of the tables that it reads. */
function contractFindings(
  scope: GateScope,
  tables: readonly ContractTable[],
  isCounted: (violation: Violation) => boolean,
): readonly Finding[] {
  return tables.flatMap((checked) =>
    checked.violations.filter(isCounted).map((violation): Finding => {
      const { check, date } = violation;
      const found = violationText(violation);
      if (date === undefined)
        return {
          kind: violation.of === "shape" ? "shape" : "row",
          table: checked.table,
          date,
          place: placeOf(checked),
          found,
        };
      const relation = relationFinding(scope, checked, { name: check, date, found });
      return relation ?? { kind: "row", table: checked.table, date, place: placeOf(checked), found };
    }),
  );
}

function violationText({ of, check, occurrences, example, note }: Violation): string {
  if (of === "shape") return check;
  const told = note === undefined ? "" : `; ${note}`;
  return `${check} (${occurrences} ${occurrences === 1 ? "time" : "times"}${example === "" ? "" : `, first ${example}`})${told}`;
}
