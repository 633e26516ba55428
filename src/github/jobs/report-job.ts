import { handsTablesOn } from "../../engines/engine-table.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dayOf } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { recordRunEnd } from "../../ledger/record-run.ts";
import { recordTrust } from "../../ledger/recorded-trust.ts";
import { rememberTrust, writeTrust } from "../../operations/look-at-trust.ts";
import { readFacts } from "../../operations/report-on.ts";
import { writeReport } from "../../operations/write-report.ts";
import { buildModel } from "../../report/build-model.ts";
import type { ReportContext } from "../../report/facts.ts";
import { renderMarkdown } from "../../report/markdown/render-markdown.ts";
import { judgeTrust } from "../../report/trust/judge-trust.ts";
import type { TrustPage } from "../../report/trust/render-trust-page.ts";
import { verdictOf } from "../../report/verdict.ts";
import { joinMarkdown } from "../../report/text/markdown-text.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { depthOf } from "../../plan/upstream/upstream.ts";
import { useSession } from "../../run/use-session.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { ReportInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";
import { selectionOfPlan, type PlanFile } from "../plan-file.ts";
import { readDecisions, summariseDecisions, writeRecoveryFile } from "../recovery/recovery-file.ts";
import { lookForHold, type ReadHold } from "../read-hold.ts";
import type { Delivery } from "../report/deliver-report.ts";
import { watchersOf } from "../report/call-watchers.ts";
import type { FetchEarlier } from "../report/earlier-report.ts";
import { deliverAndNotify } from "../report/deliver-and-notify.ts";
import { markerOf, markerSubject, unknownText, type ReportSubject } from "../report/sticky-content.ts";
import { tellVerdict } from "../report/tell-report.ts";
import { reportArtifactName } from "../state/artifact-names.ts";
import { allResults } from "../state/bundles.ts";
import { openAssembled } from "../state/open-assembled.ts";
import { readPlannedRun, type PlannedRun } from "../state/planned-run.ts";
import { publishState } from "../state/publish-state.ts";
import { isFinding } from "../../run/run-event.ts";
import type { Manifest } from "../state/manifest.ts";

/** What the report needs besides the effects of every job. */
export type ReportEffects = JobEffects & {
  /** Brings the report to its issue or comment. */
  readonly deliver: (subject: ReportSubject) => Promise<Delivery>;
  /** Fetches the newest earlier report on the same subject, of whichever run. */
  readonly fetchEarlier: FetchEarlier;
  readonly readHold: ReadHold;
  /** Address of GitHub's pages. */
  readonly serverUrl: string;
};

/**
 * Reports on all that the run's jobs left: an artifact, the page of the run, and an issue or comment; publishes the
 * state. Returns whether the job is green: its verdict is nothing that a command would fail on. A dry run has nothing
 * to report. Faults: artifact-lost, plan-stale, github-failed, those of the warehouse.
 */
export async function runReportJob(inputs: ReportInputs, effects: ReportEffects): Promise<boolean> {
  const runbook = await readRunbook(inputs.runbook);
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, runbook);
  if (run.file.isDryRun) {
    effects.voice.log("A dry run has nothing to report: its plan is on the page of the run");
    return true;
  }
  const { model, unknown, trust } = await assess(runbook, { run, inputs }, effects);
  const subject = { model, unknown, inputs, job: effects.job, watchers: watchersOf(runbook) };
  await publishReport(subject, { runbook, file: run.file, trust }, effects);
  if (inputs["report-to"] !== "none") {
    const audience = { webhooks: runbook.notify ?? [], run: runAddress(effects) };
    await deliverAndNotify(subject, audience, effects);
  }
  tellVerdict(subject, effects);
  return verdictOf(model).exitCode === 0;
}

function runAddress({ job, serverUrl }: Pick<ReportEffects, "job" | "serverUrl">): string {
  return `${serverUrl}/${job.owner}/${job.repository}/actions/runs/${job.runId}`;
}

type Planned = { readonly runbook: Runbook; readonly file: PlanFile };

type Assessed = Pick<ReportSubject, "model" | "unknown"> & { readonly trust: TrustPage };

/** Assembles what the run left, closes the run in the ledger, publishes its state and builds the report. */
async function assess(
  declared: Runbook,
  { run, inputs }: { readonly run: PlannedRun; readonly inputs: ReportInputs },
  effects: ReportEffects,
): Promise<Assessed> {
  const { file } = run;
  const request = { run, runbook: declared, warehouse: inputs.warehouse, wanted: allResults(run.file) };
  const { warehouse: opened, runbook, folders } = await openAssembled(effects, request);
  await using warehouse = opened;
  const manifests = folders.map(({ manifest }) => manifest);
  const { unknown, status } = reconcileCells(file.plan, manifests);
  const lookedAt = effects.now();
  const end = { runId: file.runId, status, finishedAt: lookedAt };
  await recordRunEnd(warehouse, runbook.ledger, end);
  const report = {
    runbook,
    selection: selectionOfPlan(file),
    out: await fetchPrevious({ runbook: runbook.name, range: file.plan.range }, inputs, effects),
    context: { ...contextOf(file, { ...effects, timeZone: runbook.timeZone }), warehouse: inputs.warehouse },
    plan: file.plan,
    hold: await lookForHold(effects.readHold, runbook.name),
    lost: file.plan.cells.filter(({ id }) => unknown.includes(id)),
  };
  try {
    const facts = await useSession(warehouse, effects, (session) => readFacts(session, report));
    const found = judgeTrust(facts);
    await recordTrust(warehouse, runbook.ledger, { found, lookedAt, selection: report.selection });
    const trust = await rememberTrust(warehouse, runbook, { found, lookedAt });
    return { model: buildModel(facts), unknown, trust: { runbook: runbook.name, lookedAt, trust } };
  } finally {
    // What the run has built is handed on whatever becomes of its report.
    if (handsTablesOn(inputs.warehouse)) await publishState(warehouse, { runbook, file }, effects);
  }
}

function contextOf(
  { runId, plan, commit }: PlanFile,
  { now, job, serverUrl, timeZone }: ReportEffects & Pick<Runbook, "timeZone">,
): ReportContext {
  const url = runAddress({ job, serverUrl });
  return {
    today: dayOf(now(), timeZone),
    runId,
    runAttempt: job.attempt,
    commit,
    digest: plan.digest,
    links: [
      { title: "run and summary", url: `${url}/attempts/${job.attempt}` },
      { title: `artifact ${reportArtifactName(job.attempt)}`, url: `${url}#artifacts` },
    ],
  };
}

async function publishReport(
  subject: ReportSubject,
  { trust, ...planned }: Planned & Pick<Assessed, "trust">,
  effects: ReportEffects,
): Promise<void> {
  const { model, unknown } = subject;
  const folder = join(effects.folder, "report");
  await writeReport(folder, model);
  await writeTrust(folder, trust);
  await leaveRecovery(folder, { subject, ...planned }, effects);
  await effects.artifacts.upload(reportArtifactName(effects.job.attempt), folder);
  const parts = [unknownText(unknown), renderMarkdown(model, "summary")];
  await effects.voice.summarise(joinMarkdown(parts, "\n\n"));
}

/** What the recovery after this run starts from; nothing where triage ended without decisions, so that people look. */
async function leaveRecovery(
  folder: string,
  left: { readonly subject: ReportSubject; readonly runbook: Runbook; readonly file: PlanFile },
  effects: ReportEffects,
): Promise<void> {
  const decisions = await readDecisions(effects.folder);
  if (decisions === undefined) return;
  const { subject, runbook, file } = left;
  await writeRecoveryFile(folder, {
    runbook: runbook.name,
    range: file.plan.range,
    reportTo: subject.inputs["report-to"],
    subject: markerSubject(subject.model.range, subject.inputs),
    requestedBy: file.requestedBy,
    round: file.round,
    mostRounds: depthOf(runbook) + 2,
    unknown: subject.unknown.length,
    isStale: subject.model.warnings.some(({ kind }) => kind === "plan-stale"),
    ...summariseDecisions(decisions, file.plan),
  });
}

type EarlierEffects = Pick<ReportEffects, "artifacts" | "folder" | "job" | "voice" | "fetchEarlier">;

/**
 * Unpacks the report that this one is set against: of the newest attempt before this one, else of the newest run before
 * it that reported on the same subject. Gives its folder, which is absent where there is none. A report is made also
 * where that one cannot be had.
 */
export async function fetchPrevious(
  about: Parameters<typeof markerOf>[0],
  inputs: ReportSubject["inputs"],
  effects: EarlierEffects,
): Promise<string> {
  const target = join(effects.folder, "report-before");
  try {
    const isFound = await fetchAttempt(target, effects);
    const marker = markerOf(about, { inputs, job: effects.job });
    if (!isFound) await effects.fetchEarlier({ marker, to: inputs["report-to"] }, target);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const message = `This report compares with none, since the one before could not be had: ${cause.message}`;
    effects.voice.annotate({ level: "warning", title: cause.code, message });
  }
  return target;
}

/** The same of the newest attempt before this one; false where this is the first, or none has reported. */
async function fetchAttempt(target: string, { artifacts, job }: EarlierEffects): Promise<boolean> {
  if (job.attempt === 1) return false;
  const listed = await artifacts.list();
  for (let attempt = job.attempt - 1; attempt >= 1; attempt -= 1) {
    const found = listed.find(({ name }) => name === reportArtifactName(attempt));
    if (found === undefined) continue;
    await artifacts.download(found, target);
    return true;
  }
  return false;
}

/** What became of a run as its cells tell it. */
type Reconciled = {
  /** Planned cells whose newest attempt left no result, or not all of it. */
  readonly unknown: readonly string[];
  /** As the ledger says it: `stopped` with an unknown cell, `findings` when a date failed, is blocked or moved. */
  readonly status: "ok" | "findings" | "stopped";
};

/** Sets what was planned against what cells handed on; a cell that said nothing is never taken as done. */
export function reconcileCells(
  plan: { readonly cells: readonly Pick<PlanFile["plan"]["cells"][number], "id">[] },
  manifests: readonly Pick<Manifest, "kind" | "id" | "attempt" | "dates" | "isComplete">[],
): Reconciled {
  const newest = new Map<string, (typeof manifests)[number]>();
  for (const manifest of manifests) {
    const known = newest.get(manifest.id);
    const isNewer = known === undefined || known.attempt < manifest.attempt;
    if (manifest.kind === "cell" && isNewer) newest.set(manifest.id, manifest);
  }
  const unknown = plan.cells.filter(({ id }) => newest.get(id)?.isComplete !== true).map(({ id }) => id);
  const hasFindings = [...newest.values()].some(({ dates }) =>
    dates.some(({ outcome }) => isFinding(outcome)),
  );
  if (unknown.length > 0) return { unknown, status: "stopped" };
  return { unknown, status: hasFindings ? "findings" : "ok" };
}
