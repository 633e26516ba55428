import { Fault } from "../../errors.ts";
import type { GateScope } from "../../gates/gate-scope.ts";
import type { NodePath } from "../../runbook/yaml-document.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { measureHistory, type MeasuredBudget, type MeasuredDistribution } from "./measure-history.ts";
import { diffLines, pathOfTable, replaceNumbers } from "./patch-yaml.ts";
import { fewestDates, fewestRates, proposeBounds, proposeRates } from "./propose-bounds.ts";

/** A number of the runbook that the history says should be another. */
type Proposal = {
  /** What it bounds: `mean revenue of shop.sales`. */
  readonly subject: string;
  readonly key: string;
  readonly old: number;
  readonly now: number;
  /** Dates that stand behind it. */
  readonly dates: number;
  readonly file: string;
  readonly path: NodePath;
};

/** What a calibration proposes, file by file, and what has too few dates to say anything of. */
export type Calibration = {
  readonly dates: number;
  readonly proposals: readonly Proposal[];
  readonly patch: readonly string[];
  /** The files that change, with their new text. */
  readonly files: ReadonlyMap<string, string>;
  readonly leftOut: readonly { readonly subject: string; readonly dates: number }[];
};

/**
 * Proposes bounds of distributions, ranges of rates and expected rows from the settled dates of a scope; numbers that the
 * runbook does not have are not added. Writes nothing. Fault: too-little-history.
 */
export async function calibrate(
  warehouse: Warehouse,
  scope: GateScope,
  readText: (file: string) => Promise<string>,
): Promise<Calibration> {
  const history = await measureHistory(warehouse, scope);
  refuseFewDates(history.dates);
  const places = [...scope.runbook.sources, ...scope.runbook.processors, ...scope.runbook.budgets];
  const names = [...new Set(places.map(({ place }) => place.file))];
  const texts = new Map<string, string>();
  for (const file of names) texts.set(file, await readText(file));
  const enough = history.distributions.filter(({ values }) => values.length >= fewestDates);
  const proposals = [
    ...enough.flatMap((measured) => distributionProposals(measured, texts)),
    ...history.budgets.flatMap(budgetProposals),
  ].filter(({ old, now }) => old !== now);
  const changed = [...texts].map(([file, text]): readonly [string, string] => {
    const own = proposals.filter((proposal) => proposal.file === file);
    return [
      file,
      replaceNumbers(
        text,
        own.map(({ path, now }) => ({ path, value: now })),
      ),
    ];
  });
  const files = new Map(changed.filter(([file, text]) => texts.get(file) !== text));
  return {
    dates: history.dates,
    proposals,
    files,
    patch: [...files].flatMap(([file, text]) => diffLines(file, texts.get(file) ?? "", text)),
    leftOut: history.distributions
      .filter((measured) => !enough.includes(measured))
      .map((measured) => ({ subject: subjectOf(measured), dates: measured.values.length })),
  };
}

function refuseFewDates(dates: number): void {
  if (dates >= fewestDates) return;
  const text = `Cannot calibrate: expected at least ${fewestDates} settled dates, found ${dates}`;
  throw new Fault("too-little-history", text, {
    hint: "Run more dates, or select more with --start-date and --end-date",
  });
}

function subjectOf({ distribution, table }: MeasuredDistribution): string {
  return `${distribution.name} of ${table.table}`;
}

function distributionProposals(
  measured: MeasuredDistribution,
  texts: ReadonlyMap<string, string>,
): readonly Proposal[] {
  const { table, index, distribution, values } = measured;
  const { file } = table.place;
  const base = pathOfTable(texts.get(file) ?? "", table.table);
  if (base === undefined) return [];
  const { from, to } = proposeBounds(values);
  const head = { subject: subjectOf(measured), dates: values.length, file };
  return proposed(
    head,
    [...base, "distributions", index],
    [
      ["min", distribution.min, from],
      ["max", distribution.max, to],
    ],
  );
}

function budgetProposals({ index, budget, periods }: MeasuredBudget): readonly Proposal[] {
  const { file } = budget.place;
  const rated = periods.flatMap(({ verdict: { rate }, ofDates }) =>
    rate === undefined || ofDates.length < fewestRates ? [] : [{ rate, ofDates }],
  );
  const dates = Math.min(...rated.map(({ ofDates }) => ofDates.length));
  const range = proposeRates(rated, budget.maximum);
  const name = `${budget.processors?.join(", ") ?? "all"} in ${budget.period}`;
  const head = { subject: `expected rate of ${name}`, dates, file };
  const rates =
    rated.length === 0 || budget.expected === undefined
      ? []
      : proposed(
          head,
          ["budgets", index, "expected"],
          [
            ["from", budget.expected.from, range.from],
            ["to", budget.expected.to, range.to],
          ],
        );
  const rows = periods.flatMap(({ verdict, ofDates }) => {
    const { processor, period } = verdict;
    const own = { subject: `expected rows of ${processor} in ${period}`, dates: ofDates.length, file };
    return proposed(
      own,
      ["budgets", index, "expected-rows"],
      [[processor, budget.expectedRows[processor], verdict.rows]],
    );
  });
  return [...rates, ...rows];
}

function proposed(
  head: Pick<Proposal, "subject" | "dates" | "file">,
  base: NodePath,
  numbers: readonly (readonly [key: string, old: number | undefined, now: number])[],
): readonly Proposal[] {
  return numbers.flatMap(([key, old, now]) =>
    old === undefined ? [] : [{ ...head, key, old, now, path: [...base, key] }],
  );
}
