import { unreachable } from "../../errors.ts";
import { gateKinds, type GateKind } from "../../runbook/runbook.ts";
import type { ReportFacts } from "../facts.ts";
import { countOf } from "../../domain/format.ts";
import type { ReportCheck } from "../model.ts";
import { contaminatedBy } from "./contaminated-by.ts";

/** The state of every kind of gate; one that was not asked is `not-checked`. */
export function buildChecks(facts: ReportFacts): readonly ReportCheck[] {
  return gateKinds.map((kind) => ({ kind, ...checkOf(facts, kind) }));
}

type State = Omit<ReportCheck, "kind">;

const notChecked: State = { state: "not-checked", detail: "not checked in this report" };

function checkOf(facts: ReportFacts, kind: GateKind): State {
  switch (kind) {
    case "gaps":
      return gapsState(facts);
    case "contamination":
      return contaminationState(facts);
    case "coverage":
      return coverageState(facts);
    case "budget":
      return budgetState(facts);
    case "contract":
      return contractState(facts);
    default:
      return unreachable(kind);
  }
}

function gapsState({ gates }: ReportFacts): State {
  if (gates.gaps === undefined) return notChecked;
  const { tables } = gates.gaps;
  const withGaps = tables.filter(({ status }) => status === "missing" || status === "low").length;
  const failed = tables.filter(({ status }) => status === "check-failed").length;
  return stateOf({ failed, found: withGaps, of: tables.length, words: "have gaps" });
}

function contaminationState(facts: ReportFacts): State {
  const { gates, runbook } = facts;
  if (gates.contamination === undefined) return notChecked;
  const isStrict = runbook.gates.some(({ kind, strict }) => kind === "contamination" && strict);
  const found = gates.contamination.filter(({ status }) => isDirty(status, isStrict)).length;
  const failed = gates.contamination.filter(({ status }) => status === "check-failed").length;
  const state = stateOf({ failed, found, of: gates.contamination.length, words: "are not clean" });
  const tainted = contaminatedBy(facts).length;
  if (tainted === 0) return state;
  const worse = state.state === "passed" ? "findings" : state.state;
  return { state: worse, detail: `${state.detail}; ${countOf(tainted, "partition")} tainted` };
}

/** Whether a status of a table counts against it: partial ones only where a gate is strict. */
export function isDirty(status: string, isStrict: boolean): boolean {
  return status === "contaminated" || status === "no-data" || (isStrict && status === "partial");
}

function coverageState({ gates }: ReportFacts): State {
  const { coverage } = gates;
  if (coverage === undefined) return notChecked;
  const untracked = coverage.rows.filter((row) => row.untracked > 0).length;
  const odd = coverage.rows.filter((row) => row.phantom + row.unexpected > 0).length + coverage.strays.length;
  const failed = coverage.failed.length;
  if (failed > 0)
    return { state: "check-failed", detail: `${countOf(failed, "processor")} could not be counted` };
  if (untracked + odd === 0) return { state: "passed", detail: "every expected row is accounted for" };
  const texts = [
    untracked > 0 ? `${countOf(untracked, "partition")} with untracked rows` : "",
    odd > 0 ? `${countOf(odd, "partition")} with phantom, unexpected or stray rows` : "",
  ];
  return { state: "findings", detail: texts.filter((text) => text !== "").join("; ") };
}

function budgetState({ gates }: ReportFacts): State {
  const { budgets } = gates;
  if (budgets === undefined) return notChecked;
  const over = budgets.filter(({ verdict }) => verdict === "exceeded" || verdict === "unexpected-category");
  const open = budgets.filter(({ verdict }) => verdict === "provisional");
  if (over.length + open.length === 0) {
    return { state: "passed", detail: `${countOf(budgets.length, "budget")} kept` };
  }
  const detail = `${over.length} of ${countOf(budgets.length, "budget")} exceeded, ${open.length} provisional`;
  return { state: "findings", detail };
}

function contractState({ gates }: ReportFacts): State {
  if (gates.contract === undefined) return notChecked;
  const found = gates.contract.filter(({ status }) => status === "violated").length;
  const failed = gates.contract.filter(({ status }) => status === "check-failed").length;
  return stateOf({ failed, found, of: gates.contract.length, words: "break their contract" });
}

function stateOf(counts: { failed: number; found: number; of: number; words: string }): State {
  const { failed, found, of, words } = counts;
  if (of === 0) return notChecked;
  const detail = `${found} of ${countOf(of, "table")} ${words}`;
  if (failed > 0) return { state: "check-failed", detail: `${detail}; ${failed} could not be checked` };
  return { state: found > 0 ? "findings" : "passed", detail };
}
