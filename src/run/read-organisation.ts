import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { dayOf } from "../domain/calendar-date.ts";
import { countOf } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { parseOrganisation, type Organisation } from "../runbook/parse-organisation.ts";
import { formatProblem } from "../runbook/problem.ts";

/** The file of an organisation's rules. */
export const organisationFile = "policy.yml";

/**
 * The rules for a runbook: those of the nearest policy.yml above its folder, up to the root of the repository or the
 * current folder; undefined where there is none. Fault: policy-invalid.
 */
export async function readOrganisation(folder: string, now: Date): Promise<Organisation | undefined> {
  for (const above of await foldersAbove(resolve(folder))) {
    const text = await readFile(join(above, organisationFile), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const file = relative(".", join(above, organisationFile)).replaceAll("\\", "/");
    const { rules, problems } = parseOrganisation(file, text);
    if (problems.length === 0) return { rules, today: dayOf(now) };
    const lines = problems.map(formatProblem);
    throw new Fault(
      "policy-invalid",
      `Cannot apply "${file}": ${countOf(lines.length, "problem")}\n${lines.join("\n")}`,
      { hint: "Correct the file at the places named" },
    );
  }
  return undefined;
}

/** Folders above a runbook's, nearest first; where nothing says how far to look, the nearest only. */
async function foldersAbove(folder: string): Promise<readonly string[]> {
  const above: string[] = [];
  for (let here = dirname(folder); ; here = dirname(here)) {
    above.push(here);
    if (here === resolve(".") || (await isThere(join(here, ".git")))) return above;
    if (dirname(here) === here) return above.slice(0, 1);
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
