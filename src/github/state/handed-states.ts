import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Fault } from "../../errors.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { readArtifactFolder, type ArtifactFolder } from "./artifact-folder.ts";

/** What was found of one runbook, by the name of its folder: a state that lies in a folder called so, none, or one that cannot be used. */
const handedState = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("handed") }),
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("unusable"), code: z.string(), message: z.string() }),
]);
/** See the schema of the same name. */
export type HandedState = z.infer<typeof handedState>;

const handedStates = z.record(z.string(), handedState);

const listFile = "states.json";

/** The folder of a runbook's state inside a folder of states. */
export function handedFolder(folder: string, runbook: string): string {
  return join(folder, runbook);
}

/** Writes what was found of each runbook beside the folders of their states. */
export async function writeHandedStates(
  folder: string,
  found: Readonly<Record<string, HandedState>>,
): Promise<void> {
  await writeFile(join(folder, listFile), JSON.stringify(found, undefined, 2));
}

/**
 * The state of a runbook from a folder of states; undefined when no run has published one. Faults: artifact-lost when the
 * folder has no list, and with what was told where the state could not be used.
 */
export async function readHandedState(folder: string, runbook: string): Promise<ArtifactFolder | undefined> {
  const text = await readFile(join(folder, listFile), "utf8").catch(() => "");
  const found = parseJsonAs(handedStates, text);
  if (found === undefined) throw lost(`"${folder}" has no list of states that can be read`);
  const state = Object.hasOwn(found, runbook) ? found[runbook] : undefined;
  if (state === undefined || state.kind === "none") return undefined;
  if (state.kind === "unusable") throw lost(`${state.code}: ${state.message}`);
  return readArtifactFolder(`state of ${runbook}`, handedFolder(folder, runbook));
}

function lost(found: string): Fault {
  return new Fault("artifact-lost", `Cannot use a published state: ${found}`, {
    hint: "Look at the job that looked for the states; the next backfill publishes another",
  });
}
