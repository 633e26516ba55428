import { z } from "zod";
import { Fault } from "../errors.ts";

const environmentSchema = z.object({
  GITHUB_RUN_ID: z.string().regex(/^[1-9]\d*$/),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().min(1),
  GITHUB_SHA: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_WORKFLOW_REF: z.string().min(1),
  GITHUB_ACTOR: z.string(),
});

/** Which run and attempt a job belongs to, and of which commit. */
export type JobIdentity = {
  readonly runId: number;
  readonly attempt: number;
  readonly commit: string;
  readonly owner: string;
  readonly repository: string;
  /** File name of the workflow: `backfill-web-events.yml`. */
  readonly workflow: string;
  readonly actor: string;
};

/** Reads the identity from the variables that the runner sets. Fault: input-invalid outside of a workflow. */
export function parseJobIdentity(environment: Readonly<Record<string, string | undefined>>): JobIdentity {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw new Fault("input-invalid", `Cannot tell which run this is: ${names} not set as a runner sets it`, {
      hint: "Start the action from a workflow; on a laptop use `cascade run`",
    });
  }
  const { data } = parsed;
  const [owner = "", repository = ""] = data.GITHUB_REPOSITORY.split("/");
  return {
    runId: Number(data.GITHUB_RUN_ID),
    attempt: data.GITHUB_RUN_ATTEMPT,
    commit: data.GITHUB_SHA,
    owner,
    repository,
    workflow: /([^/@]+)@/.exec(data.GITHUB_WORKFLOW_REF)?.[1] ?? data.GITHUB_WORKFLOW_REF,
    actor: data.GITHUB_ACTOR,
  };
}
