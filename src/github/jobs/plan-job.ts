import { completeRunbook } from "../../run/complete-runbook.ts";
import { handsTablesOn } from "../../engines/engine-table.ts";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuseFalseCalendar } from "../../audit/refuse-false-calendar.ts";
import { dayOf } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { allDays } from "../../plan/calendar/own-days.ts";
import { selectedRange } from "../../plan/calendar/selected-range.ts";
import { compactVersions } from "../../ledger/compact-versions.ts";
import { recordFilling } from "../../ledger/fillings.ts";
import { fillingOrigin } from "../../operations/filling-origin.ts";
import { createTables, refreshCalendar } from "../../ledger/create-tables.ts";
import { recordVolumes } from "../../ledger/recorded-volumes.ts";
import { readStateInto } from "../../ledger/read-state.ts";
import { readDurations } from "../../ledger/read-durations.ts";
import { createVersionMemory, recordVersions } from "../../ledger/version-memory.ts";
import { recordRunStart } from "../../ledger/record-run.ts";
import { orderGates } from "../../plan/order/order-gates.ts";
import { refuseOtherDigest } from "../../plan/approval/refuse-other-digest.ts";
import { planBackfill } from "../../plan/plan-backfill.ts";
import { renderPlanRecord } from "../../plan/approval/plan-record.ts";
import type { CalendarDay, Plan, Selection } from "../../plan/plan.ts";
import { planStateRange, withWaivers } from "../../plan/waivers/with-waivers.ts";
import { escapeMarkdown, markup, type Markdown } from "../../report/text/markdown-text.ts";
import { readOrganisation } from "../../run/read-organisation.ts";
import { readRunbook, readRunbookText } from "../../run/read-runbook.ts";
import { useSession } from "../../run/use-session.ts";
import { lintRunbook } from "../../runbook/lint-runbook.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { PlanInputs } from "../action-inputs.ts";
import { cutOf, jobsByPeriod, jobsOf, refuseTooManyJobs, workOf } from "../fitting-chunk.ts";
import { cellsOfLeg, joinLegs } from "../join-legs.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf } from "../job-folder.ts";
import { planFileName, renderPlanFile, runbookDigest } from "../plan-file.ts";
import { emptyMatrices, matricesOf, type Matrices } from "../plan-matrices.ts";
import { renderPlanSummary } from "../plan-summary.ts";
import { refuseHold, type ReadHold } from "../read-hold.ts";
import { writeArtifactFolder, type ArtifactFolder } from "../state/artifact-folder.ts";
import { artifactName } from "../state/artifact-names.ts";
import { extractSources, extractState } from "../state/extracts.ts";
import { ownFolderOfLoad } from "../../run/load-files.ts";
import { originOfState } from "../state/state-origin.ts";
import { fillFromState } from "../state/fill-from-state.ts";

/** Annotations about the policy; GitHub shows ten of a step. */
const mostFindings = 5;

/** What the plan job needs besides the effects of every job. */
export type PlanEffects = JobEffects & {
  readonly readHold: ReadHold;
  /** Address of GitHub's pages. */
  readonly serverUrl: string;
  /** The newest state that may be imported, unpacked; undefined when no run has published one. */
  readonly fetchState: (runbook: string) => Promise<ArtifactFolder | undefined>;
};

/** What the workflow reads of a plan, by the names of the action's outputs. */
export type PlanOutputs = {
  /** JSON: the legs of every job of the workflow by its id. */
  readonly matrices: string;
  readonly digest: string;
  readonly cells: string;
  readonly jobs: string;
};

/**
 * Plans a backfill and publishes the plan with all that its cells start from. Faults: commit-changed, on-hold,
 * too-many-jobs, those of the inputs, the runbook and the warehouse.
 */
export async function runPlanJob(dispatched: PlanInputs, effects: PlanEffects): Promise<PlanOutputs> {
  refuseOtherCommit(dispatched, effects);
  const declared = await readRunbook(dispatched.runbook);
  const isFetched = dispatched.from === "" && declared.load?.fetch !== undefined;
  const inputs = { ...dispatched, isFetched, from: await folderOfRows(dispatched, declared) };
  await refuseHold(effects.readHold, declared.name);
  await tellFindings(inputs.runbook, effects);
  await using warehouse = await effects.openWarehouse(addressOf(inputs.warehouse, effects), {
    runbook: declared,
    asksEngine: true,
    folders: inputs.from === "" ? [] : [inputs.from],
  });
  const { runbook, origin } = await prepare(warehouse, { declared, inputs }, effects);
  const selection = selectionFrom(runbook, inputs);
  await createTables(warehouse, runbook);
  const reach = planStateRange(runbook, selection.range);
  const versions = createVersionMemory();
  const found = await useSession(warehouse, effects, (session) =>
    readStateInto(versions, session, { runbook, range: reach }),
  );
  // So that no job of the run hashes it again.
  if (versions.isRecordable) {
    await recordVersions(warehouse, runbook.ledger, versions);
    await compactVersions(warehouse, runbook.ledger, versions);
  }
  const head = { id: runIdOf(effects.job), at: effects.now() };
  await refuseFalseCalendar({ warehouse, runbook, calendar: found.calendar }, head);
  await refreshCalendar(warehouse, runbook);
  const today = dayOf(effects.now(), runbook.timeZone);
  const { state, ...asked } = withWaivers(selection, { runbook, state: found, today });
  const secondsOf = await readDurations(warehouse, runbook);
  const cut = cutOf(inputs, runbook, secondsOf);
  const plan = planBackfill(runbook, state, { ...asked.selection, ...cut });
  refuseOtherDigest(plan, inputs.digest === "" ? undefined : inputs.digest);
  if (!inputs["dry-run"]) {
    await recordVolumes(warehouse, runbook, { state, selection, reach, now: head.at });
  }
  const calendar = allDays(runbook, state.calendar);
  const matrices = legsOf(inputs, matricesOf(runbook, plan, { calendar, work: workOf(cut) }));
  const counted = { runbook, state, selection: asked.selection };
  refuseTooManyJobs(matrices, counted);
  await publish(warehouse, { declared, runbook, inputs, selection, plan, calendar: state.calendar }, effects);
  const isDryRun = inputs["dry-run"];
  const byPeriod = jobsByPeriod(cut, counted);
  const shown = { runbook, plan, matrices, isDryRun, origin, secondsOf, byPeriod };
  await effects.voice.summarise(renderPlanSummary(shown));
  return outputsOf(plan, isDryRun ? emptyMatrices(matrices) : matrices);
}

/** The folder whose files fill the raw tables: of the dispatch, else of the runbook's load; empty where its sample does. */
async function folderOfRows({ from, warehouse }: PlanInputs, { load }: Runbook): Promise<string> {
  const named = from === "" ? (load?.from ?? "") : from;
  return named === "" || !handsTablesOn(warehouse) ? "" : ownFolderOfLoad(named);
}

function refuseOtherCommit({ "expected-sha": expected }: PlanInputs, { job }: PlanEffects): void {
  if (expected === undefined || expected === job.commit) return;
  throw new Fault("commit-changed", `Cannot run: expected the commit "${expected}", found "${job.commit}"`, {
    hint: "Look at what changed and dispatch again with the commit that you approve",
  });
}

/** What the inputs of a dispatch select of a runbook. Faults: usage, invalid-date. */
function selectionFrom(runbook: Runbook, inputs: PlanInputs): Selection {
  const { dates, processors, phase, "start-date": from, "end-date": to } = inputs;
  return {
    range: selectedRange(runbook, { dates, from, to }),
    ...(dates === undefined ? {} : { dates }),
    ...(processors === undefined ? {} : { processors }),
    ...(phase === undefined ? {} : { phases: phase }),
    withUpstream: inputs["with-upstream"],
    force: !inputs.resume,
    ...(inputs["allow-empty"] ? { allowEmpty: true } : {}),
  };
}

/** Contradictions of the policy are warnings here: whoever merges a runbook sees them before, and decides. */
async function tellFindings(name: string, { voice, now }: PlanEffects): Promise<void> {
  const text = await readRunbookText(name);
  const linted = lintRunbook(text, await readOrganisation(text.folder, now()));
  if (linted.kind === "invalid") return;
  for (const { rule, message, hint, place } of linted.findings.slice(0, mostFindings)) {
    const at = { ...place, file: `${text.folder}/${place.file}` };
    voice.annotate({ level: "warning", title: rule, message: `${message} (${hint})`, place: at });
  }
  const more = linted.findings.length - mostFindings;
  if (more > 0) voice.log(`${more} more contradictions of the policy: cascade lint ${name}`);
}

/** Fills a new DuckDB file; says where the state comes from. A cloud warehouse has its own. */
async function prepare(
  warehouse: Warehouse,
  {
    declared,
    inputs,
  }: { readonly declared: Runbook; readonly inputs: PlanInputs & { readonly isFetched: boolean } },
  effects: PlanEffects,
): Promise<{ readonly runbook: Runbook; readonly origin: Markdown }> {
  if (!handsTablesOn(inputs.warehouse)) {
    const origin = markup`State: the tables of ${escapeMarkdown(warehouse.address)} as they are.`;
    return { runbook: await completeRunbook(warehouse, declared), origin };
  }
  const state = inputs.state === "fresh" ? undefined : await effects.fetchState(declared.name);
  const startedAt = effects.now();
  const { runbook, left, tables } = await fillFromState(warehouse, { declared, state, from: inputs.from });
  await recordRows(warehouse, { runbook, inputs, startedAt, rows: tables }, effects);
  const rows =
    inputs.from === ""
      ? markup`Rows: the runbook's sample.`
      : markup`Rows: the files in ${escapeMarkdown(inputs.from)}.`;
  return { runbook, origin: markup`${rows} ${originOf(inputs, state, left)}` };
}

/** Enters into the ledger where the rows came from, for the report. */
async function recordRows(
  warehouse: Warehouse,
  filled: Pick<Parameters<typeof recordFilling>[2], "startedAt" | "rows"> & {
    readonly runbook: Runbook;
    readonly inputs: PlanInputs & { readonly isFetched: boolean };
  },
  effects: PlanEffects,
): Promise<void> {
  const { runbook, inputs, startedAt, rows } = filled;
  const command = inputs.from === "" ? "sample" : "load";
  const ingest = runbook[command];
  if (ingest === undefined) return;
  const from = inputs.from === "" ? undefined : inputs.from;
  await recordFilling(warehouse, runbook, {
    command,
    runId: `${runIdOf(effects.job)}-rows`,
    // Whose rows stand in a source is asked where a sample would replace them, which no job does.
    tables: [],
    startedAt,
    finishedAt: effects.now(),
    digest: "",
    origin: await fillingOrigin(ingest, { from, isFetched: inputs.isFetched }),
    rows,
  });
}

function originOf(inputs: PlanInputs, state: ArtifactFolder | undefined, left: readonly string[]): Markdown {
  if (inputs.state === "fresh") return markup`State: fresh, as asked.`;
  if (state === undefined)
    return markup`State: \`no-state\`, no run on the default branch has published one yet.`;
  return originOfState(state, left);
}

/** The run of a workflow in the ledger. */
function runIdOf({ runId, attempt }: PlanEffects["job"]): string {
  return `gh-${runId}-${attempt}`;
}

type Planned = {
  readonly declared: Runbook;
  readonly runbook: Runbook;
  readonly inputs: PlanInputs;
  readonly selection: Selection;
  readonly plan: Plan;
  readonly calendar: readonly CalendarDay[];
};

async function publish(
  warehouse: Warehouse,
  { declared, runbook, inputs, selection, plan, calendar }: Planned,
  effects: PlanEffects,
): Promise<void> {
  const { job } = effects;
  const [startedAt, isDryRun] = [effects.now(), inputs["dry-run"]];
  const runId = runIdOf(job);
  if (plan.cells.length > 0 && !isDryRun) {
    const record = renderPlanRecord(plan, { selection, calendar: allDays(runbook, calendar) });
    const origin = {
      requestedBy: inputs["requested-by"] || job.actor,
      reason: inputs.reason,
      startedFrom: `${effects.serverUrl}/${job.owner}/${job.repository}/actions/runs/${job.runId}`,
    };
    await recordRunStart(warehouse, { ...record, runId, runbook, command: "workflow", startedAt, origin });
  }
  const runbookHash = runbookDigest(declared);
  const folder = join(effects.folder, "out");
  const isLocal = handsTablesOn(inputs.warehouse);
  const head = { runId, commit: job.commit, runbook: runbookHash };
  await writeArtifactFolder(warehouse, folder, {
    extracts: isLocal ? [...extractSources(runbook), ...extractState(runbook)] : [],
    manifest: { ...head, kind: "plan", id: "plan", attempt: job.attempt, dates: [], isComplete: true },
  });
  const file = renderPlanFile({
    ...head,
    folder: runbook.folder,
    warehouse: inputs.warehouse,
    plannedAt: startedAt.toISOString(),
    isDryRun,
    requestedBy: inputs["requested-by"],
    ...(inputs.reason === "" ? {} : { reason: inputs.reason }),
    round: inputs.round,
    ...(inputs.dates === undefined ? {} : { dates: [...inputs.dates] }),
    ...(selection.processors === undefined && selection.phases === undefined ? { isOfAll: true } : {}),
    ...(selection.allowEmpty === true ? { allowEmpty: true } : {}),
    gates: orderGates(runbook, plan).map(({ gate }) => gate.id),
    plan,
  });
  await writeFile(join(folder, planFileName), file);
  await effects.artifacts.upload(artifactName({ kind: "plan", id: "plan", attempt: job.attempt }), folder);
}

/** Where the tables stay in their place, cells of a processor share a job when there are many. */
function legsOf({ warehouse }: PlanInputs, matrices: Matrices): Matrices {
  return handsTablesOn(warehouse) ? matrices : joinLegs(matrices);
}

function outputsOf(plan: Plan, matrices: Matrices): PlanOutputs {
  const legs = Object.values(matrices).flat();
  const cells = legs.flatMap((leg) => (typeof leg === "string" ? [] : cellsOfLeg(leg))).length;
  return {
    matrices: JSON.stringify(matrices),
    digest: plan.digest,
    cells: String(cells),
    jobs: String(jobsOf(matrices)),
  };
}
