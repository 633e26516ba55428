import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { countOf } from "../domain/format.ts";
import { isOnlyJudged } from "../github/commands/carry-out.ts";
import { readRecoveryFile } from "../github/recovery/recovery-file.ts";
import { isRed, jobsOfAttempt } from "../github/remote/job-progress.ts";
import type { Remote, RemoteRun } from "../github/remote/open-remote.ts";
import type { Command } from "./command.ts";
import { runNamed } from "./follow-command.ts";
import { fetchReport, followToEnd, reachGitHub, remoteCommand } from "./remote.ts";
import { jsonText } from "./terminal.ts";

/** `cascade retry`: re-runs the failed jobs of a run on GitHub. */
export const retryCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const { remote } = await reachGitHub(context);
    const run = await remote.run(await runNamed(remote, options));
    if (run.status !== "completed")
      throw refused(`run ${run.id} is going on`, `Follow it: ${remoteCommand(context, `follow ${run.id}`)}`);
    const red = jobsOfAttempt((await remote.jobs(run.id)).jobs, run.attempt)
      .filter(isRed)
      .map(({ name }) => name);
    if (red.length === 0) throw refused(`every job of run ${run.id} is green`, "Nothing has to be done");
    if (await isJudgedAlone(remote, run, red)) {
      throw refused(
        `in run ${run.id} only gates and the report are red, and running again would give the same rows`,
        `Do what the report says is next: ${remoteCommand(context, `follow ${run.id}`)}`,
      );
    }
    await remote.retry(run.id);
    const attempt = run.attempt + 1;
    terminal.note(
      `Re-running ${countOf(red.length, "job")} of run ${run.id} as attempt ${attempt}: ${run.url}`,
    );
    if (options.flag("follow") === true) return followToEnd(remote, { id: run.id, attempt }, context);
    if (options.json) terminal.out(jsonText({ ...run, attempt, status: "queued", conclusion: null }));
    else terminal.out(`Follow it: ${remoteCommand(context, `follow ${run.id}`)}`);
    return 0;
  },
};

async function isJudgedAlone(remote: Remote, run: RemoteRun, redJobs: readonly string[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "cascade-retry-"));
  try {
    return await isOnlyJudged({ ...run, redJobs }, async (id, attempt) => {
      const target = await fetchReport(remote, { id, attempt }, folder);
      return target === undefined ? undefined : readRecoveryFile(target);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refused(found: string, hint: string): Fault {
  return new Fault("nothing-to-retry", `Cannot retry: ${found}`, { hint });
}
