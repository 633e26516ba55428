import { z } from "zod";
import { noExpression, positiveCount, sentence } from "./value-schemas.ts";

const runnerLabel = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, "expected the label of a runner: letters, digits, dots, _ and -");

const pinnedAction = z
  .string()
  .regex(
    /^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[0-9a-f]{40}$/,
    "expected owner/action@ and the 40 hexadecimal digits of a commit: a tag or branch can be moved to other code",
  );

const setUpStepSchema = z
  .strictObject({
    run: noExpression(sentence).optional().describe("Lines for bash, at the root of the repository"),
    uses: pinnedAction.optional().describe("An action at a commit: `actions/setup-python@<40 digits>`"),
    version: z
      .string()
      .regex(/^v\d[\w.-]*$/, "expected a version such as v5.6.0")
      .optional()
      .describe("The release that the commit is, for those who read the workflow"),
    with: z
      .record(
        z.string().regex(/^[\w-]+$/, "expected the name of an input"),
        z.union([noExpression(z.string()), z.number(), z.boolean()]),
      )
      .optional()
      .describe("Inputs of the action"),
  })
  .refine(({ run, uses }) => (run === undefined) !== (uses === undefined), "expected either `run` or `uses`")
  .refine(
    (step) => step.uses !== undefined || (step.with === undefined && step.version === undefined),
    "expected `with` and `version` beside `uses` only",
  );

/** The name of an environment of a repository: none that a workflow would take for an expression, or cut off. */
export const environmentName = noExpression(
  z
    .string()
    .regex(
      /^[^\p{C}\p{Zl}\p{Zp}`]{1,255}$/u,
      "expected the name of an environment, without backticks and line breaks",
    ),
);

/** Minutes that GitHub lets a job of its own runners last. */
const mostMinutes = 360;
const minutes = positiveCount.max(mostMinutes, `expected at most ${mostMinutes} minutes`);

/** What the jobs of a compiled workflow are like. */
export const jobsSchema = z.strictObject({
  runner: z
    .union([runnerLabel, z.array(runnerLabel).min(1)])
    .optional()
    .describe("Label of the runner of every job, or the labels that it must have: `ubuntu-24.04`"),
  approval: environmentName
    .optional()
    .describe("Environment whose reviewers approve a plan before its first cell, as `--approval` names one"),
  "timeout-minutes": z
    .strictObject({
      job: minutes.optional().describe("Of plan, gates and report: 20, of gates 30"),
      cell: minutes.optional().describe("Of a cell: 60"),
    })
    .optional()
    .describe("After how many minutes a job is given up"),
  gates: z
    .enum(["together", "apart"])
    .default("together")
    .describe("Whether the gates that follow the same processors share a job, or have one each"),
  cells: z
    .enum(["period", "auto"])
    .default("period")
    .describe(
      "A job for each period of a processor; `auto`: as few as the work takes, by how long it took before",
    ),
  steps: z
    .array(setUpStepSchema)
    .default([])
    .describe("What comes before cells whose processor is a command, and before `fetch` of the load"),
});

/** `jobs` as written. */
export type JobsText = z.output<typeof jobsSchema>;
