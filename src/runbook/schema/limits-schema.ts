import { z } from "zod";
import { parseByteSize } from "../../domain/byte-size.ts";
import { positiveCount } from "./value-schemas.ts";

/** Bytes as a number, or with a unit. */
const byteSize = z.union([
  positiveCount,
  z.string().transform((text, context) => {
    const bytes = parseByteSize(text);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: "custom", message: "expected a size such as `500 MB` or `100 GiB`" });
    return z.NEVER;
  }),
]);

/** The service ends a query after six hours, whatever it is told. */
const mostMinutes = 360;

/** Labels that the engine sets itself. */
const ownLabels = new Set(["tool", "runbook", "processor", "run", "attempt", "github_run_id"]);

const labelName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "expected at most 63 lower-case letters, digits, - and _")
  .refine((name) => !ownLabels.has(name), "expected a label that Cascade does not set itself");

const labelValue = z
  .string()
  .regex(/^[a-z0-9_-]{0,63}$/, "expected at most 63 lower-case letters, digits, - and _");

/** What statements are bounded by where a warehouse bills them. */
export const limitsSchema = z.strictObject({
  "statement-bytes": byteSize
    .optional()
    .describe("Bytes that a statement may be billed for, as `500 GiB`: 100 GiB. Over it nothing is charged"),
  "statement-minutes": positiveCount
    .max(mostMinutes, `expected at most ${mostMinutes} minutes`)
    .optional()
    .describe("After how many minutes the warehouse gives a statement up: 30"),
  parallel: positiveCount
    .optional()
    .describe("Statements that a process runs at a time: as many as there are; of one table two at most"),
  priority: z
    .enum(["interactive", "batch"])
    .optional()
    .describe("Whether statements start at once, or wait for room in the project; at once unless told"),
  reservation: z
    .string()
    .regex(
      /^projects\/[\w.:-]+\/locations\/[\w-]+\/reservations\/[\w-]+$/,
      "expected projects/<project>/locations/<location>/reservations/<name>",
    )
    .optional()
    .describe("Reservation whose slots statements use; the one that the project is assigned to"),
  labels: z
    .record(labelName, labelValue)
    .default({})
    .describe("Labels of every job, beside tool, runbook, processor, run and attempt"),
});

/** `limits` as written. */
export type LimitsText = z.output<typeof limitsSchema>;
