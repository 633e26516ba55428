import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { stepsOf, textOf, type LintDocument } from "./lint-document.ts";
import type { RuleFinding } from "./workflow-rules.ts";

type Remark = {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly message: string;
};

/** Whether shellcheck (Debian package `shellcheck`) is installed. */
export function hasShellcheck(): boolean {
  return spawnSync("shellcheck", ["--version"]).status === 0;
}

/** What shellcheck says of the `run` blocks of a file. */
export function shellcheckDocument(document: LintDocument): readonly RuleFinding[] {
  const steps = stepsOf(document).filter(({ value }) => textOf(value["run"]) !== "");
  if (steps.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "cascade-shellcheck-"));
  try {
    const files = steps.map(({ value }, index) => {
      const file = join(folder, `${index}.sh`);
      writeFileSync(file, textOf(value["run"]));
      return file;
    });
    const { stdout } = spawnSync("shellcheck", ["--shell=bash", "--format=json", ...files], {
      encoding: "utf8",
    });
    return (JSON.parse(stdout) as readonly Remark[]).map(({ file, line, code, message }) => {
      const step = steps[Number(basename(file, ".sh"))];
      const start = document.lineOf([...(step?.keys ?? []), "run"]);
      return { line: start + line - 1, message: `SC${code}: ${message}` };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
