import { fetchFiles } from "../../run/fetch-files.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { FetchInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";

/** Fetches the files of a runbook's load; green, with nothing done, where it fetches none. Faults: load-failed, those of the runbook. */
export async function runFetchJob(
  inputs: FetchInputs,
  { environment, redact, signal, voice }: JobEffects,
): Promise<boolean> {
  const runbook = await readRunbook(inputs.runbook);
  const { from, fetch } = runbook.load ?? {};
  if (from === undefined || fetch === undefined) return true;
  const effects = { environment, redact, signal, mask: voice.mask, say: voice.log };
  await voice.muted(() => fetchFiles({ runbook, fetch, into: from }, effects));
  return true;
}
