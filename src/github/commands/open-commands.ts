import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault, type FaultCode } from "../../errors.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { replyTo, runCommandJob } from "../jobs/command-job.ts";
import { runWriteJob } from "../jobs/write-job.ts";
import { recoveryFetcher } from "../recovery/fetch-recovery.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { fetchNewestState } from "../state/fetch-newest-state.ts";
import { openCommandApi } from "./command-api.ts";
import type { CommentEvent } from "./comment-event.ts";
import { fetchRunbookAt } from "./pull-runbook.ts";
import { plannedWrite } from "./planned-write.ts";
import { z } from "zod";
import { refuse, type RefusalReason } from "./refusal.ts";
import type { CommandAnswer } from "./render-reply.ts";
import { addressOf } from "../job-folder.ts";
import { openState, type StateEffects } from "../state/open-state.ts";

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("refused"),
    reason: z.string().transform((reason) => reason as RefusalReason | FaultCode),
    found: z.string(),
    hint: z.string(),
  }),
  z.strictObject({
    kind: z.literal("done"),
    text: z.string(),
    link: z.strictObject({ title: z.string(), url: z.string() }).optional(),
  }),
  z.strictObject({ kind: z.literal("gone") }),
]);

const failed = refuse("command-failed", "the job that writes ended without an answer");

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
    async answer(text) {
      const answer = parseAnswer(text);
      if (answer !== "gone") await replyTo(event, answer, { api, voice: job.voice });
    },
  };
}

/** An answer as one job hands it to the next. */
function renderAnswer(answer: CommandAnswer | "gone"): string {
  return JSON.stringify(answer === "gone" ? { kind: answer } : answer);
}

/** The answer of the job before; a text that is none means that the job failed before it could say why. */
function parseAnswer(text: string): CommandAnswer | "gone" {
  const answer = parseJsonAs(answerSchema, text);
  if (answer === undefined) return failed;
  if (answer.kind === "gone") return answer.kind;
  if (answer.kind === "refused") return answer;
  const { link, ...rest } = answer;
  return link === undefined ? rest : { ...rest, link };
}

/** What a command line printed, and how it ended. */
type TypedLine = { readonly exitCode: number; readonly text: string };

/** What typing on a state needs. */
type TypingEffects = StateEffects & {
  readonly runLine: (name: string, args: readonly string[]) => Promise<TypedLine>;
};

/**
 * Types a command line on the newest published state of a runbook, in a file of the job's own; undefined when no run has
 * published one. Faults: artifact-lost, github-failed, and those of the command.
 */
async function typeOnState(
  runbookName: string,
  { name, args }: { readonly name: string; readonly args: readonly string[] },
  effects: TypingEffects,
): Promise<TypedLine | undefined> {
  const opened = await openState(await readRunbook(runbookName), effects);
  if (opened === undefined) return undefined;
  await opened.warehouse[Symbol.asyncDispose]();
  return effects.runLine(name, [...args, "--warehouse", addressOf("duckdb", effects)]);
}
