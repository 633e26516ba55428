import { explainFindings } from "../explain-findings.ts";
import type { Finding } from "../finding.ts";
import { nothingFound, type GateJudgement } from "../gate-result.ts";
import type { GateScope } from "../gate-scope.ts";
import { heldDates } from "../held-dates.ts";
import { tableOf } from "../locate-finding.ts";
import { coverageJson } from "./coverage-json.ts";
import { acceptedText, accountedText, type Coverage, type CoverageRow } from "./coverage-row.ts";
import { strangerNotes } from "./accept-strangers.ts";

/** Coverage: untracked, phantom and unexpected members hold back; what lies off the calendar is a finding too. */
export function judgeCoverage(scope: GateScope, coverage: Coverage): GateJudgement {
  const troubled = coverage.rows.filter(isTroubled).map(({ processor, date }) => {
    return { table: tableOf(scope, processor), processor, dates: [date] };
  });
  const held = heldDates(scope, troubled);
  const failed = coverage.failed.map(({ processor, message }) => ({
    table: tableOf(scope, processor),
    message,
  }));
  const troubles = coverageFindings(scope, coverage);
  const findings = troubles.length > 0 ? troubles : acceptedFindings(scope, coverage);
  return {
    ...nothingFound,
    isFound: held.length > 0 || coverage.strays.length > 0,
    isNotable: coverage.rows.some(({ accepted }) => accepted > 0),
    ...explainFindings(scope, { findings, failed, held, otherwise: accountedText(coverage.rows) }),
    detail: coverageJson(coverage, []),
  };
}

/** Whether a date's accounting does not hold. */
function isTroubled({ untracked, phantom, unexpected }: CoverageRow): boolean {
  return untracked + phantom + unexpected > 0;
}

/** Dates whose accounting does not hold, each with its first member and what the ledger and lapsed waivers say of it. */
export function coverageFindings(scope: GateScope, coverage: Coverage): readonly Finding[] {
  const troubled = coverage.rows.filter((row) => row.status !== "check-failed" && isTroubled(row));
  const ofDates = troubled.map((row): Finding => {
    const table = tableOf(scope, row.processor);
    const strangers =
      row.phantom + row.unexpected > 0
        ? strangerNotes(scope, { table, date: row.date, isAccepted: false })
        : [];
    const parts = [accountText(row), attemptText(scope, row), waiverText(scope, row), ...strangers];
    return {
      kind: row.untracked > 0 ? "absent" : "account",
      table,
      date: row.date,
      place: row.processor,
      found: parts.filter((part) => part !== "").join("; "),
    };
  });
  const strays = coverage.strays.map(({ processor, date, entities, example }): Finding => {
    const found = `${entities} rows or failures on a day off the calendar, first ${example}`;
    return { kind: "account", table: tableOf(scope, processor), date, place: processor, found };
  });
  return [...ofDates, ...strays];
}

/** Dates on which a waiver accepts members that should not be there. */
function acceptedFindings(scope: GateScope, { rows }: Coverage): readonly Finding[] {
  return rows
    .filter(({ accepted }) => accepted > 0)
    .map((row) => {
      const head = { kind: "account", table: tableOf(scope, row.processor), place: row.processor } as const;
      return { ...head, date: row.date, found: acceptedText(row) };
    });
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
