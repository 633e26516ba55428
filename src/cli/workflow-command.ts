import { allEngines, localEngine, parseEngineName } from "../engines/engine-table.ts";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { EngineName } from "../domain/engine-name.ts";
import { Fault } from "../errors.ts";
import { compileWorkflow, type CompiledWorkflow } from "../github/compile-workflow.ts";
import type { WorkflowOptions } from "../github/workflow/job.ts";
import { runbookOf, type Command } from "./command.ts";
import type { Options } from "../operations/typed/options.ts";

/** `cascade workflow`: compiles a runbook to the workflow that runs it. Exit 1 when --check finds another file. */
export const workflowCommand: Command = {
  summary: "compile a runbook to its GitHub workflow",
  usage:
    "cascade workflow [runbook] --warehouse duckdb|bigquery [--check] [--chunk-days N] [--approval <environment>]",
  async run(context) {
    const { options, terminal } = context;
    const compiled = compileWorkflow(await runbookOf(context), optionsOf(options));
    if (options.flag("check") === true) await refuseOther(compiled);
    else await write(compiled);
    terminal.out(compiled.path);
    if (!(await isRecovered(compiled))) {
      terminal.note(
        `Name "${compiled.name}" in ${recoveryPath}, so that what no person need decide is done after red runs`,
      );
    }
    return 0;
  },
};

/** The workflow that follows the ends of backfills, by their names. */
const recoveryPath = ".github/workflows/recover.yml";

function optionsOf(options: Options): WorkflowOptions {
  const chunkDays = options.count("chunk-days");
  const approval = options.text("approval");
  return {
    warehouse: warehouseOf(options.text("warehouse") ?? localEngine.name),
    ...(chunkDays === undefined ? {} : { chunkDays }),
    ...(approval === undefined ? {} : { approval }),
  };
}

function warehouseOf(text: string): EngineName {
  const name = parseEngineName(text);
  if (name !== undefined) return name;
  const names = allEngines.map((engine) => `"${engine.name}"`).join(" or ");
  throw new Fault("usage", `Cannot read --warehouse: expected ${names}, found "${text}"`, {
    hint: "Name the kind only; the project is a variable of the repository",
  });
}

async function write({ path, text }: CompiledWorkflow): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Whether the recovery follows the workflow; also where there is no recovery to name it in. */
async function isRecovered({ name }: CompiledWorkflow): Promise<boolean> {
  const text = await readFile(recoveryPath, "utf8").catch(() => undefined);
  return text === undefined || text.split("\n").some((line) => line.trim() === `- ${name}`);
}

async function refuseOther({ path, text }: CompiledWorkflow): Promise<void> {
  const committed = await readFile(path, "utf8").catch(() => undefined);
  if (committed === text) return;
  const found = committed === undefined ? "there is none" : "it was compiled from another runbook or by hand";
  throw new Fault("workflow-stale", `Cannot use "${path}": ${found}`, {
    hint: `Run \`${/`(.*)`/.exec(text)?.[1] ?? "cascade workflow"}\` and commit the file`,
  });
}
