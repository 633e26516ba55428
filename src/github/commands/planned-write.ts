import { z } from "zod";
import { longestText } from "./command-arguments.ts";

const runbook = z.string().regex(/^[\w-]+$/);

/** What a command has the job write that may; it is handed from job to job as JSON. */
export const plannedWrite = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("hold"), runbook, why: z.string().max(longestText) }),
  z.strictObject({ kind: z.literal("release"), runbook }),
  z.strictObject({
    kind: z.literal("waive"),
    runbook,
    id: z.string().regex(/^[a-z0-9-]{1,100}$/),
    /** Text of waivers.yml with the new entry. */
    content: z.string().max(500_000),
  }),
]);

/** See `plannedWrite`. */
export type PlannedWrite = z.infer<typeof plannedWrite>;
