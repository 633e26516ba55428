import type { JobEffects } from "../github/job-effects.ts";
import { openJob, runAction, type ActionsCore } from "../github/open-job.ts";
import { openEffects, openProcess } from "./effects.ts";
import { openWarehouse } from "./open-warehouse.ts";

/** Seconds of a statement that answers a comment, when the environment says nothing: less than its job has. */
const secondsToAnswer = "300";

/**
 * Runs an action with the effects of its process, under GitHub's runner. `work` says whether the job is green; faults
 * become annotations, and the exit code follows.
 */
export async function startAction(
  core: ActionsCore,
  work: (job: JobEffects) => Promise<boolean>,
): Promise<void> {
  const shell = openProcess(process);
  const environment = { CASCADE_STATEMENT_SECONDS: secondsToAnswer, ...shell.environment };
  const answering = { ...shell, environment };
  process.exitCode = await runAction(core, async () => {
    using effects = openEffects(shell, () => undefined);
    return await work(
      openJob(core, {
        ...effects,
        openWarehouse: (address, opening) =>
          openWarehouse(opening.mode === "read" ? answering : shell, { mode: "write", ...opening, address }),
        print: shell.stdout.line,
      }),
    );
  });
}
