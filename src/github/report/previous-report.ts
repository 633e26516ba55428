import { join } from "node:path";
import type { JobEffects } from "../job-effects.ts";
import { reportArtifactName } from "../state/artifact-names.ts";

/** Unpacks the report of the newest attempt before this one; gives its folder, which is absent in a first attempt. */
export async function fetchPreviousReport({
  artifacts,
  folder,
  job,
}: Pick<JobEffects, "artifacts" | "folder" | "job">): Promise<string> {
  const target = join(folder, "report-before");
  if (job.attempt === 1) return target;
  const listed = await artifacts.list();
  for (let attempt = job.attempt - 1; attempt >= 1; attempt -= 1) {
    const found = listed.find(({ name }) => name === reportArtifactName(attempt));
    if (found !== undefined) {
      await artifacts.download(found.id, target);
      return target;
    }
  }
  return target;
}
