import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { localEngine } from "../../engines/engine-table.ts";
import { Fault } from "../../errors.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { replyTo, runCommandJob } from "../jobs/command-job.ts";
import { runPullJob } from "../jobs/pull-job.ts";
import { runWriteJob } from "../jobs/write-job.ts";
import { recoveryFetcher } from "../recovery/fetch-recovery.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { fetchNewestState } from "../state/fetch-newest-state.ts";
import { openCommandApi } from "./command-api.ts";
import type { CommentEvent } from "./comment-event.ts";
import {
  parsePullAnswer,
  plannedPull,
  refusalReason,
  renderPullAnswer,
  type PlannedPull,
} from "./planned-pull.ts";
import { plannedWrite } from "./planned-write.ts";
import { z } from "zod";
import { refuse } from "./refusal.ts";
import type { CommandAnswer } from "./render-reply.ts";
import { commandStateName } from "../state/artifact-names.ts";
import { workflowFile } from "../workflow/workflow-name.ts";
import { typeOnState, type TypingEffects } from "./type-on-state.ts";

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("refused"),
    reason: refusalReason(),
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
export type CommandShell = {
  readonly client: GitHubClient;
  readonly token: string;
  readonly serverUrl: string;
  readonly event: CommentEvent;
};

/** The parts of answering a comment, each for a job with the permissions that it takes. */
export type Commands = {
  /** Gives what `write` has to write and what `plan` has to plan, as JSON; an empty text for what there is not. */
  handle(): Promise<{ readonly write: string; readonly plan: string }>;
  /** Gives the answer for `answer`. Fault: input-invalid for a text that `handle` did not give. */
  plan(text: string): Promise<string>;
  /** Gives the answer for `answer`. Fault: input-invalid for a text that `handle` did not give. */
  write(text: string): Promise<string>;
  /** Posts the answer; `planned` is what `handle` gave for `plan`, or empty. */
  answer(text: string, planned: string): Promise<void>;
};

/** Commands with a job's token. */
export function openCommands(job: JobEffects, shell: CommandShell): Commands {
  const { client, token, event, serverUrl } = shell;
  const api = openCommandApi(client, job.job);
  const readHold = holdReader(client, job.job);
  const access = { client, token, defaultBranch: event.repository.default_branch };
  const state: TypingEffects = {
    ...job,
    readHold,
    fetchState: (runbook, workflow) => fetchNewestState(job, { ...access, workflow }, runbook),
  };
  return {
    async handle() {
      const handed = await runCommandJob(event, {
        ...job,
        api,
        async handState(runbook) {
          const found = await state.fetchState(runbook, workflowFile(runbook, localEngine.name));
          if (found === undefined) return undefined;
          const name = commandStateName(job.job.attempt);
          await job.artifacts.upload(name, found.folder);
          return name;
        },
        fetchRecovery: recoveryFetcher(job, { client, token }),
        isHeld: async (runbook) => (await readHold(runbook)) !== undefined,
        typeLine: async (runbook, line) => typeOnState(await readRunbook(runbook), line, state),
        readWaivers: async (runbook) =>
          readFile(join((await readRunbook(runbook)).folder, "waivers.yml"), "utf8"),
      });
      return {
        write: handed?.kind === "write" ? JSON.stringify(handed.write) : "",
        plan: handed?.kind === "plan" ? JSON.stringify(handed.plan) : "",
      };
    },
    async plan(text) {
      return renderPullAnswer(await runPullJob(parsePlanned(text), { ...job, client }));
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
    async answer(text, planned) {
      const answer = planned === "" ? parseAnswer(text) : answerOfPlan(text, parsePlanned(planned));
      if (answer !== "gone") await replyTo(event, answer, { api, voice: job.voice });
    },
  };
}

function parsePlanned(text: string): PlannedPull {
  const plan = parseJsonAs(plannedPull, text);
  if (plan !== undefined) return plan;
  throw new Fault("input-invalid", "Cannot plan: this is nothing that the job before asked for", {
    hint: "Hand over the output `plan` of the step `handle` as it is",
  });
}

/** What is said of a plan is said here: the job that planned gives its output or a refusal, no sentence and no link. */
function answerOfPlan(text: string, { runbook, commit }: PlannedPull): CommandAnswer {
  const answer = parsePullAnswer(text);
  if (answer.kind === "refused") return answer;
  const about = `plan of ${runbook} as commit ${commit.slice(0, 12)} has it, on the state of its newest run`;
  return { kind: "done", text: about, output: answer.output };
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
