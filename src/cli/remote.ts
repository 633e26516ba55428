import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineName } from "../domain/engine-name.ts";
import { findWarehouse } from "../engines/engine-table.ts";
import { Fault } from "../errors.ts";
import { exitCodeOf } from "../domain/verdict.ts";
import { onOneLine } from "../domain/format.ts";
import { endText, followRun, type FollowedRun } from "../github/remote/follow-run.ts";
import { endedText, isRed, jobsOfAttempt, type RemoteTotals } from "../github/remote/job-progress.ts";
import { openRemoteClient, type RemoteClient } from "../github/remote/open-client.ts";
import { openRemote, type Remote, type RemoteRun } from "../github/remote/open-remote.ts";
import type { RepositoryName } from "../github/remote/repository-name.ts";
import { parseJsonAs } from "../github/parse-json-as.ts";
import { planFileName, planFileSchema } from "../github/plan-file.ts";
import { artifactName, reportArtifactName } from "../github/state/artifact-names.ts";
import { interruptions } from "../process/effects.ts";
import { apiAddressFor, repositoryOf, tokenFor } from "../process/github-access.ts";
import type { ReportModel } from "../report/model.ts";
import { parseReport } from "../report/render-json.ts";
import { verdictOf } from "../report/verdict.ts";
import { asTyped } from "../domain/printed-command.ts";
import type { CommandContext } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import { reportText } from "./report-command.ts";
import { jsonText, paint } from "./terminal.ts";

/** A repository on GitHub as the command line reaches it. */
export type Reached = {
  readonly remote: Remote;
  readonly client: RemoteClient;
  readonly name: RepositoryName;
};

/** Reaches the repository of the options or of the clone, with the token of whoever types. Faults: usage, token-missing. */
export async function reachGitHub({ options, effects, terminal }: CommandContext): Promise<Reached> {
  const { environment } = effects;
  const name = await repositoryOf(options.text("repo"), environment);
  const client = openRemoteClient({
    token: await tokenFor(name, environment),
    apiAddress: apiAddressFor(name, environment),
    note: terminal.note,
  });
  return { client, name, remote: openRemote(client, name) };
}

/** The engine that an address names, which decides on the compiled workflow. Fault: warehouse-missing. */
export function engineNameOf(address: string): EngineName {
  const found = findWarehouse(address);
  if (found !== undefined) return found.engine.name;
  throw new Fault(
    "warehouse-missing",
    `Cannot tell the workflow: "${address}" is no address of a warehouse`,
    {
      hint: "Give --warehouse duckdb:<file> or bigquery:<project>",
    },
  );
}

/** Largest artifact that is fetched: a plan brings the tables that cells start from. */
const mostPlanBytes = 32_000_000;
const mostReportBytes = 200_000_000;

/**
 * Follows a run to its end and shows its report. Gives the exit code: that of the report's verdict, else 0 for a run
 * that ended well and 1 for any other. Faults: github-failed, interrupted.
 */
export async function followToEnd(
  remote: Remote,
  followed: FollowedRun,
  context: CommandContext,
): Promise<number> {
  const { effects, terminal, options } = context;
  const controller = new AbortController();
  function abort(): void {
    controller.abort();
  }
  for (const signal of interruptions) effects.signals.on(signal, abort);
  const folder = await mkdtemp(join(tmpdir(), "cascade-follow-"));
  try {
    const run = await followRun(remote, followed, {
      now: effects.now,
      pause: (ms) => effects.pause(ms, controller.signal),
      signal: controller.signal,
      voice: voiceOf(context),
      totalsOf: (planned) => readTotals(remote, planned, folder),
      again: remoteCommand(context, `follow ${followed.id}`),
    });
    terminal.redraw("");
    const jobs = jobsOfAttempt((await remote.jobs(run.id)).jobs, run.attempt);
    terminal.note(paint(run.conclusion === "success" ? "good" : "bad", endText(run, jobs)));
    const report = await readReport(remote, run, folder);
    if (options.json) terminal.out(jsonText({ ...run, ...verdictJson(report) }));
    else if (report !== undefined) terminal.out(reportText(report, context, { isRemote: true }));
    if (run.conclusion !== "success")
      terminal.note(`Re-run its failed jobs: ${remoteCommand(context, `retry ${run.id} --follow`)}`);
    return endCode(run, report, context);
  } finally {
    for (const signal of interruptions) effects.signals.off(signal, abort);
    await rm(folder, { recursive: true, force: true });
  }
}

function voiceOf({ terminal }: CommandContext) {
  let last = "";
  return {
    ended(job: Parameters<typeof endedText>[0]) {
      terminal.redraw("");
      terminal.note(`${isRed(job) ? paint("bad", "✗") : paint("good", "✓")} ${onOneLine(endedText(job))}`);
    },
    progress(text: string) {
      if (text !== last) terminal.redraw(`  ${text} …`);
      last = text;
    },
    note: (text: string) => terminal.note(paint("careful", text)),
  };
}

/** What the newest plan of a run has to do; a re-run keeps that of an earlier attempt. */
async function readTotals(remote: Remote, { id, attempt }: RemoteRun, folder: string): Promise<RemoteTotals> {
  for (let own = attempt; own >= 1; own -= 1) {
    const name = artifactName({ kind: "plan", id: "plan", attempt: own });
    const target = join(folder, name);
    if (!(await remote.fetch(id, { name, mostBytes: mostPlanBytes }, target))) continue;
    const plan = parseJsonAs(planFileSchema, await readFile(join(target, planFileName), "utf8"));
    return plan === undefined ? undefined : { jobs: plan.plan.cells.length + plan.gates.length };
  }
  return undefined;
}

async function readReport(remote: Remote, run: RemoteRun, folder: string): Promise<ReportModel | undefined> {
  const target = await fetchReport(remote, run, folder);
  return target === undefined ? undefined : parseReport(await readFile(join(target, "report.json"), "utf8"));
}

/** Unpacks the report of an attempt into a folder of its own in `folder`, and gives that; undefined where there is none. */
export async function fetchReport(
  remote: Remote,
  { id, attempt }: Pick<RemoteRun, "id" | "attempt">,
  folder: string,
): Promise<string | undefined> {
  const name = reportArtifactName(attempt);
  const target = join(folder, name);
  return (await remote.fetch(id, { name, mostBytes: mostReportBytes }, target)) ? target : undefined;
}

/** A command on the repository as its reader types it. */
export function remoteCommand(context: CommandContext, words: string): string {
  return asTyped(`cascade ${words}`, { ...invocationOf(context), warehouse: undefined });
}

/** A run with a red job has no clean end, whatever its report says, unless somebody said what to fail on. */
function endCode(
  { conclusion }: RemoteRun,
  report: ReportModel | undefined,
  { options }: CommandContext,
): number {
  const isWell = conclusion === "success";
  if (report === undefined) return isWell ? 0 : 1;
  const code = exitCodeOf(verdictOf(report).problems, options.failOn);
  return code === 0 && !isWell && options.failOn === undefined ? 1 : code;
}

function verdictJson(report: ReportModel | undefined): object {
  return { verdict: report === undefined ? null : verdictOf(report).word };
}
