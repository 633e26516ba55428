import { startOf, type Every } from "../../domain/every.ts";
import type { Entry } from "../entry.ts";
import { nearestName } from "../nearest.ts";
import type { PolicyFinding } from "../problem.ts";
import type { SourceText } from "../schema/source-schema.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import type { WaiverText } from "../schema/waiver-schema.ts";
import { missingRows, strangerNames } from "../waiver.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Findings that a gate may tell of any table, of a source, and of what a processor writes. */
const everyTable = ["late", "repeated", "the key stands more than once"];
const everySource = [missingRows, "low", "volume"];
const everyProcessor = ["an entity has more than one failure", ...strangerNames];

/** Waivers that can never accept anything: no gate tells a finding of the name, no budget limits the rate, no date is due. */
export function* lintWaivers(model: PolicyModel): Iterable<PolicyFinding> {
  for (const waiver of model.declaration.waivers) {
    yield* lintFinding(waiver, model);
    yield* lintRate(waiver, model);
    yield* lintDates(waiver, model);
  }
}

function* lintFinding({ value, at }: Entry<WaiverText>, model: PolicyModel): Iterable<PolicyFinding> {
  if (value.kind !== "finding") return;
  const { finding, source, processor } = value;
  const { sources, processors } = model.declaration;
  const table =
    source === undefined
      ? processors.find((entry) => entry.value.id === processor)?.value
      : sources.find((entry) => entry.value.table === source)?.value;
  if (table === undefined) return;
  const names = findingNames(table);
  const isCheck = Object.keys(table.columns).some((column) => finding.startsWith(`${column} is `));
  if (names.includes(finding) || isCheck || finding.startsWith("the failure category is not declared"))
    return;
  const nearest = nearestName(finding, names);
  yield {
    rule: "waiver-names-nothing",
    place: at("finding"),
    message: `"${value.id}" accepts "${finding}" of ${source ?? processor}, and no gate tells a finding of that name`,
    hint: nearest === undefined ? `name one of ${names.join(", ")}` : `did you mean "${nearest}"?`,
  };
}

function findingNames(table: SourceText | ProcessorText): readonly string[] {
  const { columns, critical, distributions } = table;
  const relations = "relations" in table ? table.relations : [];
  const own = "relations" in table ? everyProcessor : everySource;
  return [
    ...own,
    ...distributions.map(({ name }) => name),
    ...relations.map(({ name }) => name),
    ...new Set([...critical.flatMap(({ field }) => field), ...Object.keys(columns)]),
    ...everyTable,
  ];
}

function* lintRate({ value, at }: Entry<WaiverText>, { limits }: PolicyModel): Iterable<PolicyFinding> {
  if (value.kind !== "budget") return;
  const { id, processor, period } = value;
  const own = limits.filter(
    ({ entry, processors }) => entry.value.period === period && processors.includes(processor),
  );
  if (own.some(({ entry }) => entry.value.maximum !== undefined)) return;
  yield {
    rule: "waiver-names-nothing",
    place: at("period"),
    message: `"${id}" accepts a rate of ${processor} in ${period}, and no budget sets a maximum there`,
    hint: "remove it, or give the budget its maximum",
  };
}

/** How often a processor has a partition; of a source each date counts. */
function everyOf({ processors }: PolicyModel["declaration"], processor: string | undefined): Every {
  return processors.find(({ value: { id } }) => id === processor)?.value.every ?? "day";
}

/** Dates that a calendar by rule cannot have; of a query nobody can tell here. */
function* lintDates({ value, at }: Entry<WaiverText>, { declaration }: PolicyModel): Iterable<PolicyFinding> {
  const rule = declaration.calendar?.value.rule;
  if (rule === undefined || value.kind === "budget") return;
  const every = everyOf(declaration, value.processor);
  for (const [index, date] of value.dates.entries()) {
    const { from = date, to = date } = rule;
    if (date >= startOf(every, from) && (to === "yesterday" || date <= to)) continue;
    yield {
      rule: "waiver-names-nothing",
      place: at("dates", index),
      message: `"${value.id}" names ${date}, and the calendar runs from ${rule.from ?? "the first date of the sources"} to ${rule.to ?? "their last one"}`,
      hint: "name dates of the calendar",
    };
  }
}
