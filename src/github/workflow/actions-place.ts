import { z } from "zod";
import { Fault } from "../../errors.ts";
import { ownActions } from "./job.ts";

/** The package as repositories of one's own depend on it. */
export const packageName = "cascade-backfill";

const names = z.record(z.string(), z.unknown()).default({});
const manifestSchema = z.object({ dependencies: names, devDependencies: names });

/**
 * Where the jobs of a repository find the actions, by the text of its package.json: in the installed package where it
 * depends on that, else in the repository itself. Fault: usage where jobs, which install no devDependencies, would lack it.
 */
export function actionsPlace(manifest: string | undefined): string {
  if (manifest === undefined) return ownActions;
  const { dependencies, devDependencies } = manifestSchema.parse(JSON.parse(manifest));
  if (Object.hasOwn(dependencies, packageName)) return `./node_modules/${packageName}/actions`;
  if (!Object.hasOwn(devDependencies, packageName)) return ownActions;
  throw new Fault("usage", `Cannot compile: jobs install no devDependencies, and "${packageName}" is one`, {
    hint: `Run \`npm install --save-prod ${packageName}\` and compile again`,
  });
}
