import { findingsIn, explainAnswers, gateDescriptions } from "../gates/gate-descriptions.ts";
import {
  type FailureExample,
  type ReportFinding,
  type ReportCheck,
  reportSchema,
  type Footer,
  type ReportModel,
  type TaintedPartition,
  type ReportWaiver,
} from "./model.ts";
import { notChecked } from "../gates/check-state.ts";
import { gateKinds } from "../runbook/runbook.ts";
import { dollarsOf, queryPrice } from "../domain/query-price.ts";
import { buildChanges } from "./build/build-changes.ts";
import { buildChecklist } from "./build/build-checklist.ts";
import { buildCommands } from "./build/build-commands.ts";
import { buildMonths } from "./build/build-months.ts";
import { buildPartitions } from "./build/build-partitions.ts";
import { buildResults } from "./build/build-results.ts";
import { buildTally } from "./build/build-tally.ts";
import { findRootCause } from "./build/find-root-cause.ts";
import { buildWarnings } from "./build/build-warnings.ts";
import { describeRunbook } from "./build/describe-runbook.ts";
import type { ReportFacts } from "./facts.ts";
import { ofData, type Taint } from "../gates/contamination/taint.ts";
import type { WaiverVerdict } from "../plan/waivers/waivers-in-force.ts";
import { lockLines } from "../domain/locks.ts";
import { asTyped } from "../domain/printed-command.ts";
import type { Waiver } from "../runbook/waiver.ts";
import { formatDates } from "../domain/format.ts";

const reasons = {
  expired: "its day of expiry is past",
  "digest-changed": "what it was accepted for has changed",
  "other-warehouse": "it was accepted on another warehouse",
} as const;

/** The report of some facts. The same facts give the same report, and so does the report read back from JSON. */
export function buildModel(facts: ReportFacts): ReportModel {
  const outline = describeRunbook(facts);
  const ids = outline.processors.map(({ id }) => id);
  const dates = facts.days.map(({ date }) => date);
  const checks = buildChecks(facts);
  const partitions = buildPartitions(facts, ids);
  const results = buildResults(facts, { processors: ids, periods: outline.periods });
  const tally = buildTally(facts, { results, partitions });
  const waivers = buildWaivers(facts.gates.waivers ?? []);
  const decisions = facts.decisions ?? [];
  const cause = findRootCause(facts, partitions);
  return {
    schema: reportSchema,
    ...outline,
    range: facts.range,
    dates,
    checks,
    findings: buildFindings(facts),
    months: buildMonths(facts),
    results,
    partitions,
    tally,
    ...(cause === undefined ? {} : { rootCause: cause.told }),
    warnings: buildWarnings(facts, { checks, results, waivers, tally }),
    ...locksOf(facts),
    checklist: buildChecklist(facts, { checks, partitions, tally }),
    commands: asReaderTypes(facts, buildCommands(facts, { partitions, results, checks, decisions, cause })),
    changes: buildChanges({ dates, partitions, results }, facts.previous),
    ...((facts.changed ?? []).length === 0 ? {} : { changed: facts.changed }),
    tainted: ofData(facts.gates.contamination?.taints ?? []).map(taintedOf),
    examples: [...untrackedExamples(facts), ...facts.history.examples],
    decisions: asReaderTypes(facts, decisions),
    waivers,
    retries: facts.history.retries,
    attempts: facts.history.attempts,
    ...costOf(facts.history),
    ...(facts.origins === undefined ? {} : { origins: facts.origins }),
    footer: footerOf(facts),
  };
}

/** The first member of every partition that has members without outcome. */
function untrackedExamples({ gates, days }: ReportFacts): readonly FailureExample[] {
  const dates = new Set(days.map(({ date }) => date));
  return (gates.coverage?.rows ?? []).flatMap(({ processor, date, untracked: count, example }) => {
    if (count === 0 || example === undefined || !dates.has(date)) return [];
    return [{ processor, date, category: "untracked", count, entities: [{ entity: example, reason: "" }] }];
  });
}

/** The same, each with its command complete for where the reader types. */
function asReaderTypes<Commanded extends { readonly command: string }>(
  { context: { invocation } }: ReportFacts,
  list: readonly Commanded[],
): readonly Commanded[] {
  if (invocation === undefined) return list;
  return list.map((entry) => ({ ...entry, command: asTyped(entry.command, invocation) }));
}

function taintedOf({ processor, date, because, causes }: Taint): TaintedPartition {
  const named = causes.find((cause) => "upstream" in cause);
  return {
    processor,
    date,
    because,
    ...(named === undefined ? {} : { upstream: named.upstream, since: named.first }),
  };
}

function costOf({ bytes }: ReportFacts["history"]): Pick<ReportModel, "cost"> {
  return bytes === undefined ? {} : { cost: { bytes, dollars: dollarsOf(bytes), ...queryPrice } };
}

/** What locks nothing is not told. */
function locksOf({ runbook, locks }: ReportFacts): Pick<ReportModel, "locks"> {
  return locks === undefined || lockLines(runbook.name, locks).length === 0 ? {} : { locks };
}

function footerOf({ context, pending }: ReportFacts): Footer {
  const { runId, runAttempt, commit, warehouse, requestedBy, reason, links } = context;
  const digest = context.digest ?? pending?.digest;
  return {
    ...(digest === undefined ? {} : { digest }),
    ...(commit === undefined ? {} : { commit }),
    ...(runId === undefined ? {} : { runId }),
    ...(runAttempt === undefined ? {} : { runAttempt }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    ...(reason === undefined ? {} : { reason }),
    links: links ?? [],
  };
}

/** Every waiver of the runbook with its standing. */
function buildWaivers(verdicts: readonly WaiverVerdict[]): readonly ReportWaiver[] {
  return verdicts.map((verdict) => {
    const { waiver, status } = verdict;
    return {
      id: waiver.id,
      kind: waiver.kind,
      processor: waiver.processor ?? waiver.source ?? "",
      extent: extentOf(waiver),
      reason: waiver.reason,
      approver: waiver.approver,
      expires: waiver.expires,
      status,
      why: verdict.status === "in-force" ? "" : reasons[verdict.why],
    };
  });
}

function extentOf({ period, dates, finding }: Waiver): string {
  const on = period ?? formatDates(dates);
  return finding === undefined ? on : `${finding}: ${on}`;
}

/** The state of every kind of gate that the runbook asks for; one that was not asked is `not-checked`. */
function buildChecks({ gates, runbook }: ReportFacts): readonly ReportCheck[] {
  const explained = explainAnswers(gates);
  return gateKinds
    .filter((kind) => gateDescriptions[kind].isAsked(runbook))
    .map((kind) => {
      const answer = explained.find((known) => known.kind === kind);
      return { kind, ...(answer?.check(runbook) ?? notChecked) };
    });
}

const mostFindings = 5000;

/** What the gates found, a line per table and question, with its dates; what could not be asked is a finding too. */
function buildFindings({ gates }: ReportFacts): readonly ReportFinding[] {
  return findingsIn(gates).slice(0, mostFindings);
}
