import { completeRunbook } from "../../run/complete-runbook.ts";
import { dayOf, parseCalendarDate, type CalendarDate } from "../../domain/calendar-date.ts";
import { startOf } from "../../domain/every.ts";
import { everyOf } from "../../plan/calendar/own-days.ts";
import { formatCount } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
import { cleanText } from "../../report/text/clean-text.ts";
import { escapeJson } from "../../report/text/terminal-text.ts";
import { reasonText } from "../../plan/approval/plan-json.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { explainPartition, type EntityExplanation, type Explanation } from "../explain-partition.ts";
import { askGate } from "../../plan/units/plan-commands.ts";
import { notAtomicText, writesItself } from "../../runbook/writes-itself.ts";
import { nearestName } from "../../runbook/nearest.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { asTyped, commandText, runbookWord, type Invocation } from "../../domain/printed-command.ts";
import { assessPartitions } from "../assess-partitions.ts";
import type { Decision } from "../../triage/decision.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { tellDrift, type TypedCommand, type Typing } from "./typed-command.ts";
import { requireDate } from "./options.ts";

/** `cascade why <processor> <date> [entity]`: the chain of facts behind a partition or one entity of it. */
export const whyCommand: TypedCommand = {
  async answer(typing) {
    const { invocation } = typing;
    const { name, processorId, dateText, entity } = readArguments(typing);
    const declared = await readRunbook(name);
    requireProcessor(declared, processorId);
    const asked = requireDate("<date>", dateText);
    await using warehouse = await typing.openWarehouse(declared);
    const runbook = await completeRunbook(warehouse, declared);
    const processor = requireProcessor(runbook, processorId);
    const date = startOf(everyOf(processor), asked);
    const today = dayOf(typing.now(), runbook.timeZone);
    const explanation = await explainPartition(warehouse, { runbook, processor, date, entity, today });
    tellDrift(typing, explanation);
    const decision =
      explanation.pending === undefined
        ? undefined
        : await decisionOn(warehouse, { runbook, processor: processor.id, date, today });
    return {
      exitCode: 0,
      json: explanation,
      text: () => explanationText(explanation, { runbook, invocation, decision }),
    };
  },
};

/** What triage says of the partition, so that nothing else is printed here than there. */
async function decisionOn(
  warehouse: Warehouse,
  {
    runbook,
    processor,
    date,
    today,
  }: {
    readonly runbook: Runbook;
    readonly processor: string;
    readonly date: CalendarDate;
    readonly today: CalendarDate;
  },
): Promise<Decision | undefined> {
  const selection = { range: { from: date, to: date }, dates: [date], processors: [processor] };
  const { decisions } = await assessPartitions(warehouse, { runbook, selection, today });
  return decisions.find((decision) => decision.processor === processor && decision.date === date);
}

function readArguments({ options: { positionals }, usualRunbook }: Typing): {
  name: string;
  processorId: string;
  dateText: string;
  entity: string | undefined;
} {
  const isNamed = positionals.length > 2 && parseCalendarDate(positionals[1] ?? "") === undefined;
  const [processorId, dateText, entity] = isNamed ? positionals.slice(1) : positionals;
  if (processorId === undefined || dateText === undefined) {
    throw new Fault("usage", "Cannot explain: expected a processor and a date", {
      hint: "Type for example `cascade why SALES 2021-11-05`",
    });
  }
  return { name: isNamed ? (positionals[0] ?? "") : usualRunbook, processorId, dateText, entity };
}

function requireProcessor(runbook: Runbook, id: string): Processor {
  const processor = runbook.processors.find((known) => known.id.toLowerCase() === id.toLowerCase());
  if (processor !== undefined) return processor;
  const ids = runbook.processors.map((known) => known.id);
  const nearest = nearestName(id, ids);
  throw new Fault("unknown-name", `Cannot explain: the runbook "${runbook.name}" has no processor "${id}"`, {
    hint: nearest === undefined ? `It has ${ids.join(", ")}` : `Did you mean "${nearest}"?`,
  });
}

type Reader = {
  readonly runbook: Runbook;
  readonly invocation: Invocation;
  /** What triage says of a pending partition; undefined where there is nothing to decide. */
  readonly decision: Decision | undefined;
};

function explanationText(facts: Explanation, reader: Reader): string {
  const lines = [
    `${facts.processor} ${facts.date} (period ${facts.period})`,
    `  holds     ${formatCount(facts.content.rows)} rows`,
    `  attempt   ${attemptText(facts)}`,
    `  state     ${stateText(facts, reader)}`,
    ...facts.categories.map(
      ({ category, entities, example }) =>
        `  failures  ${oneLine(category)}: ${formatCount(entities)}, for example ${oneLine(example)}`,
    ),
    ...facts.unsettled.map(
      ({ upstream, dates, mayDepend = false }) =>
        `  waits for ${upstream}: ${dates.length} dates, first ${dates[0]}${mayDepend ? "; it may depend on them (last-games)" : ""}`,
    ),
    ...facts.reads.map(
      ({ table, window, failures }) =>
        `  reads     ${table} (${window})${failures === "only" ? ": its failures only" : failures ? " and its failures" : ""}`,
    ),
    ...writingLines(facts, reader),
    ...(facts.entity === undefined ? [] : entityLines(facts.processor, facts.entity)),
  ];
  return lines.join("\n");
}

function writingLines({ processor }: Explanation, { runbook }: Reader): readonly string[] {
  const own = runbook.processors.find(({ id }) => id === processor);
  return own !== undefined && writesItself(own) ? [`  writes    ${notAtomicText}`] : [];
}

function attemptText({ attempt }: Explanation): string {
  if (attempt === undefined) return "never attempted";
  const result = `${formatCount(attempt.rows)} rows, ${formatCount(attempt.failures)} failures`;
  const odd = attempt.finding === undefined ? "" : `; ${oneLine(attempt.finding)}`;
  return attempt.status === "committed"
    ? `committed ${result} by ${attempt.id}${odd}`
    : `${attempt.status}: ${oneLine(attempt.error ?? "no reason")} (${attempt.id})`;
}

/** What others wrote, of a length that explanations of ours may have: a line of it is none of the answer. */
function oneLine(text: string): string {
  return cleanText(text, 4000);
}

function stateText(
  { pending, heldBy, frozenBy, period, processor, date }: Explanation,
  { runbook, invocation, decision }: Reader,
): string {
  const run = { name: "run", runbook: runbookWord(runbook), processors: [processor], dates: [date] };
  const next = decision === undefined ? "" : `; next: ${nextText(decision, invocation)}`;
  if (pending?.kind === "withdrawn") {
    const takeBack = asTyped(commandText(run), invocation);
    return `withdrawn: the date has left the calendar, what it holds is to be taken back; next: ${takeBack}`;
  }
  if (frozenBy !== undefined) {
    const by = `${frozenBy.upstream} ${frozenBy.date}`;
    return `frozen: ${by} has expired, and it stays as it is; rebuild it all the same: ${asTyped(commandText({ ...run, flags: ["allow-empty", "no-resume"] }), invocation)}`;
  }
  if (period === "not a calendar date") return "not a calendar date: nothing is expected";
  const gate = runbook.gates.find(({ id }) => id === heldBy);
  if (pending === undefined && gate !== undefined) {
    const ask = asTyped(askGate(runbook, { asks: gate.kind, range: { from: date, to: date } }), invocation);
    return `held: the newest look of the gate ${gate.id} objects to it; next: ${ask}`;
  }
  if (pending === undefined) return "settled, and its inputs are what it was built from";
  return `pending: ${reasonText(pending)}${next}`;
}

/** The command of the decision; where a person has to decide, why, since its command is the one that was typed. */
function nextText({ decision, command, path }: Decision, invocation: Invocation): string {
  return decision === "investigate" ? oneLine(path.slice(-2).join(", ")) : asTyped(command, invocation);
}

function entityLines(processor: string, entity: EntityExplanation): readonly string[] {
  const own = entity.failures.find((failure) => failure.processor === processor);
  const outcome = entity.row === undefined ? (own?.category ?? "no row") : "a row";
  const verdict =
    entity.isExpected === null
      ? `has ${oneLine(outcome)}; whether it is expected is unknown`
      : !entity.isExpected
        ? "is not in the population of this date"
        : entity.row !== undefined
          ? "is expected and has a row"
          : own === undefined
            ? "is expected and has neither row nor failure: untracked"
            : `is expected and failed: ${oneLine(own.category)}: ${oneLine(own.reason)}`;
  const chain = entity.failures.filter((failure) => failure.processor !== processor);
  const values = Object.entries(entity.row ?? {}).map(
    ([column, value]) => `    ${column} = ${escapeJson(JSON.stringify(value))}`,
  );
  return [
    `  entity    ${oneLine(entity.entity)} ${verdict}`,
    ...chain.map(
      (failure) =>
        `  also      ${oneLine(failure.processor)} recorded ${oneLine(failure.category)}: ${oneLine(failure.reason)}`,
    ),
    ...values,
  ];
}
