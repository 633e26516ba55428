import { z } from "zod";

/** Where the build puts the command line, seen from the package. */
export const builtCommand = "dist/cli/cascade.js";

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  type: z.literal("module"),
  files: z.array(z.string()),
  optionalDependencies: z.object({ "@duckdb/node-api": z.string() }),
});

/**
 * The package.json that travels, made of the repository's: what is bundled is no dependency any more, and Node runs
 * JavaScript. `repository` is the address that a provenance has to name.
 */
export function publishedManifest(text: string, repository: string | undefined): string {
  const { files, optionalDependencies, ...about } = manifestSchema.parse(JSON.parse(text));
  const published = {
    ...about,
    ...(repository === undefined ? {} : { repository: { type: "git", url: `git+${repository}.git` } }),
    bin: { cascade: builtCommand, "cascade-backfill": builtCommand },
    exports: { "./package.json": "./package.json", "./schemas/*": "./runbooks/schemas/*" },
    files,
    engines: { node: ">=22" },
    optionalDependencies,
  };
  return `${JSON.stringify(published, undefined, 2)}\n`;
}

/** An action's declaration as it travels: it starts what was built. */
export function publishedAction(text: string, name: string): string {
  return text.replaceAll(/^( +(?:main|post): )index\.ts$/gm, `$1../../dist/actions/${name}.js`);
}
