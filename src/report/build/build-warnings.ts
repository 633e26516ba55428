import { addDays } from "../../domain/calendar-date.ts";
import { isWithdrawal } from "../../plan/plan.ts";
import type { ReportFacts } from "../facts.ts";
import { vanishedRows } from "../../gates/gaps/gap-table.ts";
import { findingsIn } from "../../gates/gate-descriptions.ts";
import { notAtomicText, writesItself } from "../../runbook/writes-itself.ts";
import { asTyped, commandText, runbookWord } from "../../domain/printed-command.ts";
import { unitsOf } from "./units.ts";
import { countOf, formatDates, formatLimit, formatRateBeside } from "../../domain/format.ts";
import type { PeriodResult, ReportCheck, ReportWaiver, Tally } from "../model.ts";
import type { ReportWarning } from "../warning.ts";

/** Days before its expiry on which a waiver is called lapsing. */
const noticeDays = 14;

/** Findings that only warn, or that are accepted, which are told by name. */
const mostSuspects = 10;

type WarningFacts = {
  readonly checks: readonly ReportCheck[];
  readonly results: readonly PeriodResult[];
  readonly waivers: readonly ReportWaiver[];
  readonly tally: Tally;
};

/** What a reader has to know before any result, the gravest first. */
export function buildWarnings(facts: ReportFacts, found: WarningFacts): readonly ReportWarning[] {
  return [
    ...(facts.loosened ?? []).map((text): ReportWarning => ({ kind: "loosened", text })),
    ...(facts.stale ?? []).map((text): ReportWarning => ({ kind: "plan-stale", text })),
    ...interrupted(facts),
    ...unchecked(found.checks),
    ...found.waivers.flatMap((waiver) => waiverWarnings(facts, waiver)),
    ...waived(found.results),
    ...suspicious(found.results),
    ...accepted(facts),
    ...vanished(facts),
    ...suspects(facts),
    ...oddAttempts(facts),
    ...notAtomic(facts),
    ...withdrawn(facts),
    ...frozen(facts),
    ...oddRows(facts, found.tally),
  ];
}

/** A run without an end, while something of the range that it was to build is still to build. */
function interrupted({ runbook, range, unended, pending, context }: ReportFacts): readonly ReportWarning[] {
  const blocked = (pending?.skipped ?? []).filter(({ reason }) => reason.kind === "blocked-by");
  const open = unitsOf([...(pending?.cells ?? []), ...blocked]);
  const left = (unended ?? []).reduce(
    (sum, { processor, dates }) => sum + dates.filter((date) => open.has(processor, date)).length,
    0,
  );
  if (left === 0) return [];
  const run = context.runId === undefined ? "The run" : `Run ${context.runId}`;
  const command = commandText({ name: "run", runbook: runbookWord(runbook), range });
  const typed = context.invocation === undefined ? command : asTyped(command, context.invocation);
  const text = `${run} has no recorded end and left ${countOf(left, "partition")} to build: it is still going, or it was interrupted, then it goes on with: ${typed}`;
  return [{ kind: "interrupted", text }];
}

function unchecked(checks: readonly ReportCheck[]): readonly ReportWarning[] {
  const absent = checks.filter(({ state }) => state === "not-checked").map(({ kind }) => kind);
  if (absent.length === 0) return [];
  return [{ kind: "not-checked", text: `Not checked, so not passed: ${absent.join(", ")}` }];
}

function waiverWarnings({ previous, context }: ReportFacts, waiver: ReportWaiver): readonly ReportWarning[] {
  const name = `Waiver ${waiver.id} (${waiver.processor}, ${waiver.extent}, by ${waiver.approver})`;
  if (waiver.status === "lapsed")
    return [{ kind: "waiver-lapsed", text: `${name} has lapsed: ${waiver.why}` }];
  if (waiver.status === "not-applicable") {
    return [{ kind: "waiver-lapsed", text: `${name} is not in force: ${waiver.why}` }];
  }
  const isNew = previous !== undefined && !previous.waivers.some(({ id }) => id === waiver.id);
  const isLapsing = waiver.expires <= addDays(context.today, noticeDays);
  return [
    ...(isNew ? [{ kind: "waiver-new" as const, text: `${name} is new: ${waiver.reason}` }] : []),
    ...(isLapsing ? [{ kind: "waiver-lapsing" as const, text: `${name} ends on ${waiver.expires}` }] : []),
  ];
}

function waived(results: readonly PeriodResult[]): readonly ReportWarning[] {
  return results
    .filter(({ verdict }) => verdict === "exceeded (waived)")
    .map(({ processor, period, rate, maximum, note }) => ({
      kind: "waived",
      text: `${processor} ${period} fails ${formatRateBeside(rate, maximum)} of at most ${formatLimit(maximum)}, ${note}`,
    }));
}

function suspicious(results: readonly PeriodResult[]): readonly ReportWarning[] {
  const found = results.filter(({ verdict }) => verdict === "suspiciously-good");
  const [first] = found;
  if (first === undefined) return [];
  const { processor, period, rate, expectedRate } = first;
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : "";
  const text = `${processor} ${period} fails ${formatRateBeside(rate, expectedRate?.from)}, expected at least ${formatLimit(expectedRate?.from)}${more}: fewer failures than expected can mean that failures are not recorded`;
  return [{ kind: "suspiciously-good", text }];
}

/** What gates found and a waiver accepts. */
function accepted(facts: ReportFacts): readonly ReportWarning[] {
  return linesOf(facts, "accepted", "that waivers accept").map((text) => ({ kind: "waived", text }));
}

/** Sources that have lost rows that a run has read. */
function vanished(facts: ReportFacts): readonly ReportWarning[] {
  return linesOf(facts, vanishedRows, "of sources that have lost rows").map((text) => {
    return { kind: "vanished", text };
  });
}

/** What detectors found that only warn: a line per table and detector. */
function suspects(facts: ReportFacts): readonly ReportWarning[] {
  return linesOf(facts, "suspect", "of detectors that only warn").map((text) => ({ kind: "suspect", text }));
}

function linesOf({ gates }: ReportFacts, wanted: string, which: string): readonly string[] {
  const found = findingsIn(gates).filter(({ status }) => status === wanted);
  const lines = found.slice(0, mostSuspects).map(({ subject, dates, detail }) => {
    const on = dates.length === 0 ? "" : ` on ${formatDates(dates)}`;
    return `${subject}${on}: ${detail}`;
  });
  const more = found.length - lines.length;
  return more > 0 ? [...lines, `${countOf(more, "more finding")} ${which}`] : lines;
}

/** What is odd about newest attempts (equal inputs gave other content, other dates changed): a line per processor, with the first date as an example. */
function oddAttempts({ history }: ReportFacts): readonly ReportWarning[] {
  return [...history.newest].flatMap(([processor, dates]): readonly ReportWarning[] => {
    const odd = [...dates].flatMap(([date, { finding }]) =>
      finding === undefined ? [] : [{ date, finding }],
    );
    const [first] = odd;
    if (first === undefined) return [];
    const on = formatDates(odd.map(({ date }) => date));
    const kind = first.finding.startsWith("not-deterministic") ? "not-deterministic" : "changed-beside";
    return [{ kind, text: `${processor} on ${on}: ${first.finding}` }];
  });
}

/** What is not replaced whole or not at all. */
function notAtomic({ runbook }: ReportFacts): readonly ReportWarning[] {
  return runbook.processors
    .filter(writesItself)
    .map(({ id }) => ({ kind: "not-atomic", text: `${id}: ${notAtomicText}` }));
}

/** What a run will take back: it stands on dates that have left the calendar. */
function withdrawn({ pending }: ReportFacts): readonly ReportWarning[] {
  const left = (pending?.cells ?? []).filter(isWithdrawal);
  const [first] = left;
  if (first === undefined) return [];
  const count = left.reduce((sum, { dates }) => sum + dates.length, 0);
  const text = `${countOf(count, "partition")} of dates that have left the calendar, first ${first.processor} ${first.dates[0]}: a run withdraws what they hold`;
  return [{ kind: "withdrawn", text }];
}

/** What stays although its date has left the calendar, and so stands in no row of the maps. */
function frozen({ pending, days, own }: ReportFacts): readonly ReportWarning[] {
  const all = new Set(days.map(({ date }) => date));
  const left = (pending?.skipped ?? []).flatMap(({ processor, dates, reason }) => {
    const known = own?.get(processor) ?? all;
    const off = reason.kind === "frozen" ? dates.filter((date) => !known.has(date)) : [];
    return off.map((date) => ({ processor, date, reason }));
  });
  const [first] = left;
  if (first?.reason.kind !== "frozen") return [];
  const { upstream, date } = first.reason;
  const text = `${countOf(left.length, "partition")} of dates that have left the calendar, first ${first.processor} ${first.date}, frozen: ${upstream} ${date} has expired, so that they stay as they are`;
  return [{ kind: "frozen", text }];
}

function oddRows({ gates }: ReportFacts, tally: Tally): readonly ReportWarning[] {
  const strays = gates.coverage?.strays ?? [];
  const [first] = strays;
  return [
    ...(tally.phantom + tally.unexpected === 0
      ? []
      : [
          {
            kind: "phantom" as const,
            text: [
              ...(tally.phantom === 0 ? [] : [`${countOf(tally.phantom, "row")} with a failure beside them`]),
              ...(tally.unexpected === 0 ? [] : [`${countOf(tally.unexpected, "row")} that nobody expected`]),
            ].join(", "),
          },
        ]),
    ...(first === undefined
      ? []
      : [
          {
            kind: "stray" as const,
            text: `${countOf(strays.length, "partition")} off the calendar, first ${first.processor} ${first.date}`,
          },
        ]),
  ];
}
