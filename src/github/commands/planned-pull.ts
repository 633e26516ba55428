import { Buffer } from "node:buffer";
import { z } from "zod";
import type { FaultCode } from "../../errors.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { refuse, type Refusal, type RefusalReason } from "./refusal.ts";
import { shortenOutput } from "./render-reply.ts";

/** What a command has the job plan that may only read; it is handed from job to job as JSON. */
export const plannedPull = z.strictObject({
  runbook: z.string().regex(/^[\w-]+$/),
  /** The pull request's commit that has the runbook. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Name of the artifact of this run that holds the state to plan on. */
  state: z.string().regex(/^command-state\.a[1-9]\d*$/),
  /** Options of the command line. */
  options: z
    .array(
      z
        .string()
        .regex(/^--[a-z-]+=/)
        .max(5000),
    )
    .max(10),
});

/** See `plannedPull`. */
export type PlannedPull = z.infer<typeof plannedPull>;

/** What the job that plans says: what the command line printed, or why there is no plan. It holds words of the pull request. */
export type PullAnswer = { readonly kind: "planned"; readonly output: string } | Refusal;

/** An answer travels as an input, which is one variable of a process: Linux takes 131,072 bytes for it. */
const mostBytes = 100_000;
const longestSentence = 2000;

const answerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("planned"), output: z.string() }),
  z.strictObject({
    kind: z.literal("refused"),
    reason: refusalReason(),
    found: sentence(),
    hint: sentence(),
  }),
]);

/** A stable code; the set of codes is the compiler's to know. */
export function refusalReason() {
  return z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .transform((reason) => reason as RefusalReason | FaultCode);
}

function sentence() {
  return z.string().max(longestSentence);
}

/** An answer as the job that plans hands it on: at most 100,000 bytes, whatever was printed. */
export function renderPullAnswer(answer: PullAnswer): string {
  if (answer.kind === "refused") {
    const found = answer.found.slice(0, longestSentence);
    return JSON.stringify({ ...answer, found, hint: answer.hint.slice(0, longestSentence) });
  }
  for (let output = shortenOutput(answer.output); ; output = output.slice(0, output.length / 2)) {
    const text = JSON.stringify({ ...answer, output });
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
}

/** The answer of the job that planned; whatever else it said means that it failed. */
export function parsePullAnswer(text: string): PullAnswer {
  const answer = Buffer.byteLength(text) > mostBytes ? undefined : parseJsonAs(answerSchema, text);
  return answer ?? refuse("command-failed", "the job that plans ended without an answer");
}
