import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeBinary } from "./node-binary.ts";
import type { RunnerEffects } from "./run-request.ts";

const repositoryModules = join(import.meta.dirname, "../../../node_modules");

/**
 * Fills a folder for the front of the PATH: Node 24, an `npm` that answers `ci` with a link to what is installed
 * already (the real one would delete through that link), and the programs that a test replaces.
 */
export function writePrograms(folder: string, effects: RunnerEffects): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(nodeBinary, join(folder, "node"));
  const npm = installScript(effects.nodeModules ?? repositoryModules);
  for (const [name, script] of Object.entries({ npm, ...effects.programs })) {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}

function installScript(nodeModules: string): string {
  return [
    'if [ "$1" != ci ]; then echo "::error::The runner models only npm ci, not npm $1"; exit 1; fi',
    'if [ ! -f package-lock.json ]; then echo "npm error code EUSAGE: no package-lock.json"; exit 1; fi',
    `ln -sfn '${nodeModules}' node_modules`,
  ].join("\n");
}
