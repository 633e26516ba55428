import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { casesPath, parseCases, type StepCases } from "../../runbook/parse-cases.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { invalidRunbook, readRunbookText } from "../read-runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { RunEffects } from "../run-event.ts";
import type { CaseResult } from "./case-result.ts";
import { compareCase } from "./compare-case.ts";
import { computeCases, orFault, type CaseOutcome } from "./compute-case.ts";
import type { CaseRequest } from "./fill-case.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

/**
 * The cases beside the steps of a runbook that has all its columns, in its order; those of `wanted` processors, or all.
 * Faults: runbook-invalid with every problem of them, usage where there are none.
 */
export async function readStepCases(
  runbook: Runbook,
  name: string,
  wanted: readonly string[] | undefined,
): Promise<readonly StepCases[]> {
  const { folder, files } = await readRunbookText(name);
  const ids = runbook.processors.map(({ id }) => id);
  const unknown = wanted?.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new Fault("usage", `Cannot test "${unknown}": ${runbook.name} has no such processor`, {
      hint: `Name processors of the runbook: ${ids.join(", ")}`,
    });
  }
  const { steps, problems } = parseCases(runbook, files);
  if (problems.length > 0) throw invalidRunbook(folder, problems);
  const asked = wanted ?? ids;
  const chosen = steps.filter(({ processor }) => asked.includes(processor.id));
  if (chosen.length > 0) return chosen;
  const paths = runbook.processors.filter(({ id }) => asked.includes(id)).map(casesPath);
  throw new Fault("usage", `Cannot test ${runbook.name}: no step has a case`, {
    hint: `Write one into ${join(folder, paths[0] ?? "")}; runbooks/README.md has the form`,
  });
}

/** Cases for which one more warehouse is worth its tables, and the plans of a step are worth being made there too. */
const casesForOneMore = 8;

/** The cases of a runbook, and at most how many warehouses compute them side by side. */
type CasesRequest = {
  readonly runbook: Runbook;
  readonly steps: readonly StepCases[];
  readonly lanes: number;
  readonly openWarehouse: () => Promise<Warehouse>;
};

type AskedCase = CaseRequest & { readonly file: string; readonly place: number };

/** Computes cases, each warehouse one after the other in a workshop of its own; results stand in the order of the cases. */
export async function runCases(
  { runbook, steps, lanes, openWarehouse }: CasesRequest,
  effects: RunEffects,
): Promise<readonly CaseResult[]> {
  const asked = steps
    .flatMap((step) => step.cases.map((stepCase) => ({ ...step, stepCase })))
    .map((one, place): AskedCase => ({ ...one, runbook, place }));
  const results: CaseResult[] = [];
  const count = Math.max(1, Math.min(lanes, Math.ceil(asked.length / casesForOneMore)));
  const left = sharesOf(asked, count);
  async function work(): Promise<void> {
    await using warehouse = await openWarehouse();
    const workshop = await openWorkshop(warehouse, runbook);
    for (let share = left.shift(); share !== undefined; share = left.shift()) {
      for (const [place, result] of await resultsOf(workshop, share, effects)) results[place] = result;
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: count }, work));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return results;
}

/** Shares that a workshop computes of all cases, about: more of them end closer together, and plan a step more often. */
const sharesPerLane = 4;

/** Cases that one workshop computes in a row: those of one step, which it plans once; larger shares first. */
function sharesOf(asked: readonly AskedCase[], count: number): AskedCase[][] {
  const size = Math.max(casesForOneMore, Math.ceil(asked.length / (count * sharesPerLane)));
  return [...Map.groupBy(asked, ({ processor }) => processor.id).values()]
    .flatMap((own) => {
      return Array.from({ length: Math.ceil(own.length / size) }, (_, index) =>
        own.slice(index * size, (index + 1) * size),
      );
    })
    .toSorted((left, right) => right.length - left.length);
}

/** What came of cases of one step, by their place among all. */
async function resultsOf(
  workshop: Workshop,
  share: readonly AskedCase[],
  effects: RunEffects,
): Promise<ReadonlyMap<number, CaseResult>> {
  const results = new Map<number, CaseResult>();
  const [first] = share;
  if (first === undefined) return results;
  const { runbook, processor, file } = first;
  const request = { runbook, processor, cases: share.map(({ stepCase }) => stepCase) };
  const ends = await computeCases(workshop, request, effects);
  for (const [index, { place, stepCase }] of share.entries()) {
    const end = ends[index];
    if (end === undefined) continue;
    const differences = await differencesOf(workshop, { runbook, processor, stepCase }, end);
    results.set(place, { processor: processor.id, file, name: stepCase.name, differences });
  }
  return results;
}

/** What differs; a step that cannot be computed differs by why. */
async function differencesOf(
  { warehouse }: Workshop,
  request: CaseRequest,
  end: CaseOutcome | Fault,
): Promise<readonly string[]> {
  const found = end instanceof Fault ? end : await orFault(() => compareCase(warehouse, request, end));
  return found instanceof Fault ? [`${found.code}: ${found.message}`] : found;
}
