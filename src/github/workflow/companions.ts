import { packageName } from "./actions-place.ts";
import { ownActions } from "./job.ts";

/** Workflows that serve every backfill of a repository, by their files. */
export const companions = ["commands.yml", "preview.yml", "recover.yml", "watch.yml"] as const;

/** What the companions of a repository have to know. */
type Place = { readonly actions: string; readonly backfills: readonly string[] };

/** A companion of Cascade's own repository, as another one needs it: where the code lies, and whose ends it follows. */
export function adaptCompanion(text: string, { actions, backfills }: Place): string {
  const followed = text.replace(
    /(?<=^ +workflows:\n)(?: +- Backfill .*\n)+/m,
    backfills.map((name) => `      - ${name}\n`).join(""),
  );
  if (actions === ownActions) return followed;
  return followed
    .replaceAll(`uses: ${ownActions}/`, `uses: ${actions}/`)
    .replaceAll("node src/cli/start-cli.ts", `node node_modules/${packageName}/dist/cli/cascade.js`)
    .replaceAll(": see docs/github.md", `: see node_modules/${packageName}/docs/github.md`);
}
