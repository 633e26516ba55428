import { formatRateBeside, formatSome } from "../../domain/format.ts";
import { judgedAs } from "../../domain/rate-verdict.ts";
import { coverageJson } from "../coverage/coverage-json.ts";
import type { Coverage } from "../coverage/coverage-row.ts";
import { firstFinding, type Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import { heldDates } from "../held-dates.ts";
import { failedFindings, tableOf } from "../locate-finding.ts";
import { openBudgets, type BudgetVerdict } from "./judge-budgets.ts";

/** Verdicts that a summary names. */
const namedVerdicts = 4;

/** Budgets: exceeded rates and categories that are not allowed. They hold back only where the runbook says `stop`. */
export function judgeBudgetGate(
  scope: GateScope,
  { coverage, verdicts }: { readonly coverage: Coverage; readonly verdicts: readonly BudgetVerdict[] },
): GateJudgement {
  const breaches = judgedAs("breach", verdicts);
  const open = openBudgets(verdicts);
  const odd = judgedAs("odd", verdicts);
  const stopped = breaches
    .filter(({ exceeded }) => exceeded?.action === "stop")
    .map(({ processor, period }) => ({
      table: tableOf(scope, processor),
      processor,
      dates: datesOf(scope, processor).flatMap((day) => (day.period === period ? [day.date] : [])),
    }));
  const failed = coverage.failed.map(({ processor, message }) => ({
    table: tableOf(scope, processor),
    message,
  }));
  const findings = [...breaches, ...open].map((verdict): Finding => {
    const table = tableOf(scope, verdict.processor);
    return { kind: "rate", table, date: verdict.openDates[0], place: "", found: verdictText(scope, verdict) };
  });
  const all = [...findings, ...failedFindings(scope, failed)];
  return {
    ...nothingFound,
    isFound: breaches.length + open.length > 0,
    isNotable: odd.length > 0,
    isBreach: breaches.length > 0,
    failed: failed.map(({ message }) => message),
    held: heldDates(scope, stopped),
    findings: all,
    first: firstFinding(scope.runbook, all),
    summary: budgetText(scope, verdicts, [...breaches, ...open, ...odd]),
    detail: coverageJson({ ...coverage, rows: [] }, verdicts),
  };
}

function datesOf(scope: GateScope, processor: string): GateScope["days"] {
  const own = scope.runbook.processors.find(({ id }) => id === processor);
  return own === undefined ? scope.days : ownScope(scope, own).days;
}

function budgetText(
  scope: GateScope,
  all: readonly BudgetVerdict[],
  named: readonly BudgetVerdict[],
): string {
  if (named.length === 0) return `${all.length} rates are judged, none is off`;
  const texts = named.map((verdict) => verdictText(scope, verdict));
  return formatSome(texts, { limit: namedVerdicts, separator: "; " });
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
