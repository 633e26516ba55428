import { githubFault, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import { reportArtifactName, watchArtifactName } from "../state/artifact-names.ts";
import { findArtifact } from "../state/find-state.ts";
import { downloadFrom } from "../state/run-artifacts.ts";
import { threadOf } from "./deliver-report.ts";
import { isLater, parseMarker, type StickyMarker } from "./sticky-marker.ts";
import { watchSubject } from "./sticky-content.ts";
import { judgeRefusal } from "./judge-refusal.ts";
import type { StickyFound } from "./sticky-report.ts";
import type { StickyThread } from "./sticky-thread.ts";

/** Unpacks the newest earlier report of a subject into a folder; `to` is where it lives. False: there is none any more. */
export type FetchEarlier = (
  about: { readonly marker: StickyMarker; readonly to: string },
  folder: string,
) => Promise<boolean>;

/** With what right reports are looked for. */
type EarlierAccess = { readonly client: GitHubClient; readonly token: string; readonly job: JobIdentity };

/**
 * Finds the report that a new one is set against, whichever run made it: the issue or comment of the subject says which
 * run and attempt wrote it, and that run has it as an artifact. Two requests and the download. Faults: github-failed,
 * artifact-lost.
 */
export function earlierReports(access: EarlierAccess): FetchEarlier {
  const { client, job } = access;
  return async ({ marker, to }, folder) => {
    if (to === "none") return false;
    const found = await findThere(threadOf(client, job, to), marker);
    const earlier = found === undefined ? undefined : parseMarker(found.body);
    if (earlier === undefined || !isLater(marker, earlier)) return false;
    const artifactId = await findArtifact(client, job, { id: earlier.runId, name: nameOf(earlier) });
    if (artifactId === undefined) return false;
    await downloadFrom({ runId: earlier.runId, artifactId }, folder, access);
    return true;
  };
}

/** Issues may be off, and threads gone. */
async function findThere(thread: StickyThread, marker: StickyMarker): Promise<StickyFound | undefined> {
  try {
    return await thread.find(marker);
  } catch (cause) {
    if (judgeRefusal(cause) === "absent") return undefined;
    throw githubFault(cause);
  }
}

function nameOf({ runbook, subject, attempt }: StickyMarker): string {
  return subject === watchSubject ? watchArtifactName(runbook, attempt) : reportArtifactName(attempt);
}
