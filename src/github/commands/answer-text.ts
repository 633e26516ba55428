import { z } from "zod";
import type { FaultCode } from "../../errors.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { refuse, type RefusalReason } from "./refusal.ts";
import type { Answer } from "./render-reply.ts";

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
]);

/** An answer as one job hands it to the next. */
export function renderAnswer(answer: Answer): string {
  return JSON.stringify(answer);
}

/** The answer of the job before; a text that is none means that the job failed before it could say why. */
export function parseAnswer(text: string): Answer {
  const answer = parseJsonAs(answerSchema, text);
  if (answer === undefined) return failed;
  if (answer.kind === "refused") return answer;
  const { link, ...rest } = answer;
  return link === undefined ? rest : { ...rest, link };
}

const failed = refuse("command-failed", "the job that writes ended without an answer");
