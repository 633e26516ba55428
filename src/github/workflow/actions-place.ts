import { z } from "zod";
import { Fault } from "../../errors.ts";
import { ownActions } from "./job.ts";

/** The package as repositories of one's own depend on it. */
export const packageName = "cascade-backfill";

const names = z.record(z.string(), z.unknown()).default({});
const manifestSchema = z.object({ dependencies: names, devDependencies: names });

/**
 * Where the jobs of a repository find the actions, by the text of its package.json: in the installed package where it
 * depends on that, else in the repository itself. Faults, both usage: a package.json that cannot be read;
 * one by which jobs, which install no devDependencies, would lack it.
 */
export function actionsPlace(manifest: string | undefined): string {
  if (manifest === undefined) return ownActions;
  const { dependencies, devDependencies } = readManifest(manifest);
  if (Object.hasOwn(dependencies, packageName)) return `./node_modules/${packageName}/actions`;
  if (!Object.hasOwn(devDependencies, packageName)) return ownActions;
  throw new Fault("usage", `Cannot compile: jobs install no devDependencies, and "${packageName}" is one`, {
    hint: `Run \`npm install --save-prod ${packageName}\` and compile again`,
  });
}

function readManifest(text: string): z.output<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new Fault("usage", `Cannot read package.json: ${found}`, {
      hint: "Mend it, then compile again",
      cause,
    });
  }
}
