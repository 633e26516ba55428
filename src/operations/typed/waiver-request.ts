import { hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { budgetFor } from "../../gates/budget/judge-budgets.ts";
import { nearestName } from "../../runbook/nearest.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";
import type { Options } from "./options.ts";

/** What a waiver is to accept. */
export type WaiverRequest = Pick<
  Waiver,
  "kind" | "processor" | "source" | "finding" | "period" | "dates" | "entities" | "maximumRate"
>;

/**
 * Reads a waiver's extent from the command line: `--period` makes a budget waiver, `--dates` one of a gap, and with
 * `--finding` one of what gates found.
 */
export function waiverRequest(runbook: Runbook, options: Options, today: CalendarDate): WaiverRequest {
  if (options.text("finding") !== undefined) return findingRequest(runbook, options, today);
  const processor = requireProcessor(runbook, options);
  const period = options.text("period");
  const { dates } = options;
  if ((period === undefined) === (dates === undefined)) {
    throw new Fault("usage", "Cannot waive: expected either --period or --dates", {
      hint: "Give --period and --max-rate for a budget, or --dates for a gap",
    });
  }
  if (period !== undefined) return budgetRequest(runbook, options, { processor, period });
  const entities = (options.text("entity") ?? "")
    .split(",")
    .map((entity) => entity.trim())
    .filter((entity) => entity !== "");
  return {
    kind: "gap",
    processor,
    period: undefined,
    dates: pastDates(dates, today),
    entities,
    maximumRate: undefined,
  };
}

/** The dates that a waiver's digest is taken over. */
export function waiverRange(runbook: Runbook, { period, dates }: WaiverRequest): DateRange {
  const range = runbook.periods.find(({ id }) => id === period) ?? hullOf(dates);
  if (range === undefined) throw new Error("A waiver has a period or dates");
  return { from: range.from, to: range.to };
}

function findingRequest(runbook: Runbook, options: Options, today: CalendarDate): WaiverRequest {
  const finding = options.text("finding")?.trim() ?? "";
  const dates = pastDates(options.dates, today);
  if (finding === "" || dates.length === 0) {
    throw new Fault("usage", "Cannot waive: expected --finding with a name and --dates", {
      hint: "Give the finding as gates tell it, and the dates on which it is accepted",
    });
  }
  const extent = { period: undefined, dates, entities: [], maximumRate: undefined };
  const name = options.text("source");
  if (name === undefined) {
    return { kind: "finding", processor: requireProcessor(runbook, options), finding, ...extent };
  }
  const source = runbook.sources.find(({ table }) => table === name)?.table;
  const names = runbook.sources.map(({ table }) => table);
  if (source === undefined) throw unknown("source", name, names);
  return { kind: "finding", processor: undefined, source, finding, ...extent };
}

function pastDates(dates: readonly CalendarDate[] | undefined, today: CalendarDate): readonly CalendarDate[] {
  const future = dates?.find((date) => date > today);
  if (future !== undefined) throw invalid(`${future} has not come yet`, "Waive it once it is there");
  return [...new Set(dates)].toSorted();
}

function budgetRequest(
  runbook: Runbook,
  options: Options,
  { processor, period }: { readonly processor: string; readonly period: string },
): WaiverRequest {
  const ids = runbook.periods.map(({ id }) => id);
  if (!ids.includes(period)) throw unknown("period", period, ids);
  const budget = budgetFor(runbook, processor, period);
  if (budget?.maximum === undefined) {
    throw invalid(`${processor} has no maximum in ${period}`, "There is nothing to waive");
  }
  const text = options.text("max-rate") ?? "";
  const maximumRate = text === "" ? Number.NaN : Number(text);
  if (!(maximumRate > budget.maximum && maximumRate <= 1)) {
    const example = Math.min(1, Math.ceil(budget.maximum * 100 + 3) / 100);
    throw invalid(
      `expected --max-rate above ${budget.maximum} and up to 1, found "${text}"`,
      `Give the highest rate that is accepted, for example ${example}`,
    );
  }
  return { kind: "budget", processor, period, dates: [], entities: [], maximumRate };
}

function requireProcessor(runbook: Runbook, { processors = [] }: Options): string {
  const [processor, ...others] = processors;
  if (processor === undefined || others.length > 0) {
    throw new Fault("usage", `Cannot waive: expected one --processor, found ${processors.length}`, {
      hint: "A waiver holds for one processor; write one for each",
    });
  }
  const ids = runbook.processors.map(({ id }) => id);
  if (!ids.includes(processor)) throw unknown("processor", processor, ids);
  return processor;
}

function unknown(kind: string, name: string, names: readonly string[]): Fault {
  const nearest = nearestName(name, names);
  return new Fault("waiver-invalid", `Cannot waive: the runbook has no ${kind} "${name}"`, {
    hint: nearest === undefined ? `It has ${names.join(", ")}` : `Did you mean "${nearest}"?`,
  });
}

function invalid(found: string, hint: string): Fault {
  return new Fault("waiver-invalid", `Cannot waive: ${found}`, { hint });
}
