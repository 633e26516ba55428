import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { replyTo, runCommandJob } from "../jobs/command-job.ts";
import { runWriteJob } from "../jobs/write-job.ts";
import { recoveryFetcher } from "../recovery/fetch-recovery.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { fetchNewestState } from "../state/fetch-newest-state.ts";
import { typeOnState, type TypingEffects } from "../state/type-on-state.ts";
import { parseAnswer, renderAnswer } from "./answer-text.ts";
import { openCommandApi } from "./command-api.ts";
import type { CommentEvent } from "./comment-event.ts";
import { fetchRunbookAt } from "./pull-runbook.ts";
import { plannedWrite } from "./planned-write.ts";

/** What the shell of the action brings along. */
export type CommandShell = Pick<TypingEffects, "runLine"> & {
  readonly client: GitHubClient;
  readonly token: string;
  readonly serverUrl: string;
  readonly event: CommentEvent;
};

/** The three parts of answering a comment, each for a job with the permissions that it takes. */
export type Commands = {
  /** Gives what `write` has to write, as JSON, or an empty text. */
  handle(): Promise<string>;
  /** Gives the answer for `answer`. Fault: input-invalid for a text that `handle` did not give. */
  write(text: string): Promise<string>;
  answer(text: string): Promise<void>;
};

/** Commands with a job's token. */
export function openCommands(job: JobEffects, shell: CommandShell): Commands {
  const { client, token, event, serverUrl } = shell;
  const api = openCommandApi(client, job.job);
  const readHold = holdReader(client, job.job);
  const access = { client, token, defaultBranch: event.repository.default_branch };
  const state: TypingEffects = {
    ...job,
    runLine: shell.runLine,
    fetchState: (runbook, workflow) => fetchNewestState(job, { ...access, workflow }, runbook),
  };
  return {
    async handle() {
      const write = await runCommandJob(event, {
        ...job,
        api,
        async fetchRunbook(runbook, commit) {
          const folder = join(job.folder, "pull", runbook);
          await fetchRunbookAt(client, job.job, { runbook, commit, folder });
          return folder;
        },
        fetchRecovery: recoveryFetcher(job, { client, token }),
        isHeld: async (runbook) => (await readHold(runbook)) !== undefined,
        typeLine: (runbook, line) => typeOnState(runbook, line, state),
        readWaivers: async (runbook) =>
          readFile(join((await readRunbook(runbook)).folder, "waivers.yml"), "utf8"),
      });
      return write === undefined ? "" : JSON.stringify(write);
    },
    async write(text) {
      const write = parseJsonAs(plannedWrite, text);
      if (write === undefined) {
        throw new Fault("input-invalid", "Cannot write: this is nothing that the job before allowed", {
          hint: "Hand over the output `write` of the step `handle` as it is",
        });
      }
      const effects = { ...job, client, api, readHold, serverUrl };
      return renderAnswer(await runWriteJob(write, event, effects));
    },
    answer: (text) => replyTo(event, parseAnswer(text), { api, voice: job.voice }),
  };
}
