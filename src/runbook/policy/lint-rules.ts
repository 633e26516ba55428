import { formatDeclared } from "../../domain/format.ts";
import { withinBox, type FactBox } from "./fact-boxes.ts";
import type { PlanCase } from "./plan-case.ts";
import type { PolicyFinding } from "../problem.ts";
import type { PolicyModel, TreeRule } from "./policy-model.ts";
import { formatSpan, sharedDates, withoutDates } from "./spans.ts";

type Decision = "accept" | "retry";
/** A case with who decides it, be it a case of the plan or a branch of the tree. */
type Decided = Omit<PlanCase, "list"> & { readonly decision: Decision; readonly isOfTree: boolean };

/** Whether every case is decided once: none twice and differently, none by nobody. */
export function* lintRules(model: PolicyModel): Iterable<PolicyFinding> {
  yield* lintOverlaps(model);
  yield* lintRateCases(model);
  yield* lintTree(model);
}

/** Within the tree the first rule decides; the plan's cases have no order, so that two may both hold. */
function* lintOverlaps(model: PolicyModel): Iterable<PolicyFinding> {
  const all = [...ofPlan(model), ...ofTree(model)];
  for (const accepted of all.filter(({ decision }) => decision === "accept")) {
    const retried = all.filter(
      (other) =>
        other.decision === "retry" && !(other.isOfTree && accepted.isOfTree) && bothHold(accepted, other),
    );
    const names = [...new Set(retried.map(({ id }) => `"${id}"`))];
    if (names.length === 0) continue;
    yield {
      rule: "rules-overlap",
      place: accepted.place,
      message: `"${accepted.id}" accepts cases that ${names.join(", ")} ${names.length === 1 ? "runs" : "run"} again`,
      hint: "name the cases of each so that none is in both, or order them under `recovery`",
    };
  }
}

function ofPlan({ cases }: PolicyModel): readonly Decided[] {
  return cases.map(({ list, ...rest }) => ({ ...rest, decision: list, isOfTree: false }));
}

/** The plan's cases are about dates that are built: what the tree does about others is no matter of theirs. */
function ofTree({ tree, periods }: PolicyModel): readonly Decided[] {
  return tree.branches.flatMap(({ rule, boxes }) => {
    const decision = decisionOf(rule);
    const built = boxes.map((box) => withinBox(box, { state: ["settled"], upstream: ["settled"] }));
    if (decision === undefined) return [];
    return built
      .filter((box) => box !== undefined)
      .map((box) => ({
        id: rule.id,
        decision,
        isOfTree: true,
        place: rule.entry.at(),
        spans: spansOf(box, periods),
        categories: box["category"],
        contamination: box["contamination"],
        failure: undefined,
        isOfSingleMembers: false,
      }));
  });
}

function spansOf(box: FactBox, periods: PolicyModel["periods"]): PlanCase["spans"] {
  return (box["period"] ?? []).flatMap((id) => {
    const period = periods.get(id)?.value;
    return period === undefined ? [] : [{ from: period.from, to: period.to }];
  });
}

function decisionOf({ decision }: TreeRule): Decision | undefined {
  if (decision === "accept") return "accept";
  return decision === "investigate" ? undefined : "retry";
}

function bothHold(left: Decided, right: Decided): boolean {
  const shareDates = left.spans.some((span) => right.spans.some((other) => sharedDates(span, other)));
  const shareRates =
    left.failure === undefined ||
    right.failure === undefined ||
    (left.failure.from < right.failure.to && right.failure.from < left.failure.to);
  return (
    shareDates &&
    shareRates &&
    shareNames(left.categories, right.categories) &&
    shareNames(left.contamination, right.contamination)
  );
}

function shareNames(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return left === undefined || right === undefined || left.some((name) => right.includes(name));
}

/** A plan that decides by rate on some dates of its limits must do so on all of them. */
function* lintRateCases({ limits, cases }: PolicyModel): Iterable<PolicyFinding> {
  const byRate = cases.filter(({ failure }) => failure !== undefined);
  if (byRate.length === 0) return;
  const decided = byRate.flatMap(({ spans }) => spans);
  for (const { entry, dates } of limits) {
    const open = withoutDates(dates, decided);
    if (entry.value.maximum === undefined || open.length === 0) continue;
    yield {
      rule: "rules-not-total",
      place: entry.at("maximum"),
      message: `${formatDeclared(entry.value.maximum)} is the limit in "${entry.value.period}", and no rule goes by the rate on ${open.map(formatSpan).join(", ")}`,
      hint: "say under `retry` or `recovery` what happens there",
    };
  }
}

function* lintTree({ declaration, tree }: PolicyModel): Iterable<PolicyFinding> {
  const place = declaration.identity.atKey("recovery");
  if (tree.branches.length === 0 && declaration.budgets.length + declaration.gates.length > 0) {
    yield { rule: "rules-not-total", place, message: "No rule decides anything", hint: "add `recovery`" };
    return;
  }
  const [open] = tree.branches.length === 0 ? [] : tree.undecided;
  if (open !== undefined) {
    yield {
      rule: "rules-not-total",
      place,
      message: `No rule decides ${formatBox(open)}`,
      hint: "add a rule for it, or one without `when` at the end",
    };
  }
  for (const { rule, boxes } of tree.branches) {
    if (boxes.length > 0) continue;
    yield {
      rule: "rule-never-reached",
      place: rule.entry.at("id"),
      message: `The rules before "${rule.id}" decide all that it matches`,
      hint: "remove it, or put it before them",
    };
  }
}

/** One case of the box, for reading. */
function formatBox(box: FactBox): string {
  return Object.entries(box)
    .map(([fact, values]) => `${fact} ${values[0] ?? ""}`)
    .join(", ");
}
