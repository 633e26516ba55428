import { setTimeout } from "node:timers/promises";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import { openCommandApi } from "../commands/command-api.ts";
import type { JobEffects } from "../job-effects.ts";
import type { RecoverEffects } from "../jobs/recover-job.ts";
import { deliverReport } from "../report/deliver-report.ts";
import { markup } from "../../report/text/markdown-text.ts";
import { renderMarker } from "../report/sticky-marker.ts";
import { commentThread, issueThread } from "../report/sticky-thread.ts";
import { recoveryFetcher } from "./fetch-recovery.ts";
import type { RecoveryFile } from "./recovery-file.ts";

/** What the shell of the action brings along. */
export type RecoveryShell = { readonly client: GitHubClient; readonly token: string };

/** A recovery with a job's token. */
export function openRecovery(job: JobEffects, { client, token }: RecoveryShell): RecoverEffects {
  return {
    voice: job.voice,
    api: openCommandApi(client, job.job),
    readHold: holdReader(client, job.job),
    fetchRecovery: recoveryFetcher(job, { client, token }),
    async tell(file, text) {
      const thread = await threadOf(file);
      if (thread === undefined) return;
      const { runbook } = file;
      const marker = { runbook, subject: `recovery ${file.subject}`, runId: job.job.runId, attempt: 1 };
      const report = { marker, title: "", body: markup`${text}\n\n${renderMarker(marker)}`, isOpen: true };
      const place = commentThread(client, { ...job.job, thread });
      await deliverReport(report, {
        thread: place,
        wait: (ms) => setTimeout(ms, undefined, { signal: job.signal }),
        shorten: () => undefined,
      });
    },
  };

  /** Number of the issue or pull request that has the report; undefined when there is none. */
  async function threadOf({ runbook, subject, reportTo }: RecoveryFile): Promise<number | undefined> {
    if (reportTo.startsWith("#")) return Number(reportTo.slice(1));
    if (reportTo === "none") return undefined;
    const found = await issueThread(client, job.job).find({ runbook, subject, runId: 1, attempt: 1 });
    return found?.id;
  }
}
