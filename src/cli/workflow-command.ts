import { allEngines, localEngine, parseEngineName } from "../engines/engine-table.ts";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EngineName } from "../domain/engine-name.ts";
import { wordsOfShell } from "../domain/printed-command.ts";
import { Fault } from "../errors.ts";
import { compileWorkflow, type CompiledWorkflow } from "../github/compile-workflow.ts";
import { actionsPlace } from "../github/workflow/actions-place.ts";
import { adaptCompanion, companions } from "../github/workflow/companions.ts";
import type { WorkflowOptions } from "../github/workflow/job.ts";
import { parseOptions, type Options } from "../operations/typed/options.ts";
import { replaceFile } from "../operations/replace-file.ts";
import { listRunbooks } from "../run/find-runbook.ts";
import { environmentName } from "../runbook/schema/jobs-schema.ts";
import { runbookOf, type Command } from "./command.ts";

const workflowsFolder = ".github/workflows";
/** The workflow that follows the ends of backfills, by their names. */
const recoveryPath = `${workflowsFolder}/recover.yml`;
/** The companions as they come with Cascade, in its repository and in its package alike. */
const companionsFolder = join(import.meta.dirname, "../..", workflowsFolder);

type WorkflowText = Pick<CompiledWorkflow, "path" | "text">;

/** `cascade workflow`: compiles runbooks to the workflows that run them. Exit 1 when --check finds other files. */
export const workflowCommand: Command = {
  async run({ options, terminal }) {
    const actions = actionsPlace(await textOf("package.json"));
    const all = options.flag("all") === true;
    const compiled = all ? await compileAll(options, actions) : [await compileOne(options, actions)];
    const texts = all ? [...compiled, ...(await companionsOf(compiled, actions))] : compiled;
    if (options.flag("check") === true) await refuseOthers(texts, all);
    else for (const text of texts) await write(text);
    for (const { path } of texts) terminal.out(path);
    for (const { name } of all ? [] : compiled) {
      if (await isRecovered(name)) continue;
      terminal.note(
        `Name "${name}" in ${recoveryPath}, so that what no person need decide is done after red runs`,
      );
    }
    return 0;
  },
};

async function compileOne(options: Options, actions: string): Promise<CompiledWorkflow> {
  return compileWorkflow(await runbookOf({ options }), { ...optionsOf(options), actions });
}

/**
 * The backfills of all runbooks, sorted by name: each as its committed file says that it was compiled, for every warehouse
 * for which there is one; where there is none, for that of the options.
 */
async function compileAll(options: Options, actions: string): Promise<readonly CompiledWorkflow[]> {
  const [extra] = options.positionals;
  if (extra !== undefined) {
    throw new Fault("usage", `Cannot compile "${extra}" and all: expected one or the other`, {
      hint: "Leave out the name, or --all",
    });
  }
  const committed = await committedCommands();
  const compiled: CompiledWorkflow[] = [];
  for (const name of await listRunbooks()) {
    const given = committed.filter(([runbook]) => runbook === name);
    const usual = [name, "--warehouse", options.text("warehouse") ?? localEngine.name];
    if (given.length === 0) compiled.push(await compileUsual(usual, actions));
    for (const words of given) compiled.push(await compileOne(parseOptions(words, {}), actions));
  }
  if (compiled.length === 0) {
    throw new Fault("usage", "Cannot compile all: there is no folder with a runbook.yml under runbooks", {
      hint: "Type it at the root of the repository",
    });
  }
  return compiled.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** What is compiled anew must not lose what a committed file of another kind says, such as who approves its runs. */
async function compileUsual(words: readonly string[], actions: string): Promise<CompiledWorkflow> {
  const compiled = await compileOne(parseOptions(words, {}), actions);
  const committed = await textOf(compiled.path);
  if (committed === undefined) return compiled;
  throw new Fault("usage", `Cannot compile all: "${compiled.path}" does not say how it was compiled`, {
    hint: "Compile it by name with the options that it needs, or remove it",
  });
}

/** The words after `cascade workflow` by which each committed backfill was compiled. */
async function committedCommands(): Promise<readonly (readonly string[])[]> {
  const files = existsSync(workflowsFolder) ? await readdir(workflowsFolder) : [];
  const texts = await Promise.all(files.map((file) => textOf(join(workflowsFolder, file))));
  return texts.flatMap((text) => {
    const [, words] = /^# Compiled by `cascade workflow ([^`]+)`/.exec(text ?? "") ?? [];
    return words === undefined ? [] : [wordsOfShell(words)];
  });
}

async function companionsOf(
  compiled: readonly CompiledWorkflow[],
  actions: string,
): Promise<readonly WorkflowText[]> {
  const place = { actions, backfills: compiled.map(({ name }) => name) };
  return Promise.all(
    companions.map(async (file) => ({
      path: `${workflowsFolder}/${file}`,
      text: adaptCompanion(await readFile(join(companionsFolder, file), "utf8"), place),
    })),
  );
}

function optionsOf(options: Options): WorkflowOptions {
  const chunkDays = options.count("chunk-days");
  const approval = approvalOf(options);
  return {
    warehouse: warehouseOf(options.text("warehouse") ?? localEngine.name),
    ...(chunkDays === undefined ? {} : { chunkDays }),
    ...(approval === undefined ? {} : { approval }),
  };
}

/** The environment whose reviewers approve; what the workflow would take for an expression, or cut off, is none. */
function approvalOf(options: Options): string | undefined {
  const name = options.text("approval");
  if (name === undefined || environmentName.safeParse(name).success) return name;
  throw new Fault("usage", `Cannot read --approval: expected the name of an environment, found "${name}"`, {
    hint: "Name it without backticks, line breaks and expressions",
  });
}

function warehouseOf(text: string): EngineName {
  const name = parseEngineName(text);
  if (name !== undefined) return name;
  const names = allEngines.map((engine) => `"${engine.name}"`).join(" or ");
  throw new Fault("usage", `Cannot read --warehouse: expected ${names}, found "${text}"`, {
    hint: "Name the kind only; the project is a variable of the repository",
  });
}

async function write({ path, text }: WorkflowText): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, text);
}

/** Whether the recovery follows the workflow; also where there is no recovery to name it in. */
async function isRecovered(name: string): Promise<boolean> {
  const text = await textOf(recoveryPath);
  return text === undefined || text.split("\n").some((line) => line.trim() === `- ${name}`);
}

async function refuseOthers(texts: readonly WorkflowText[], all: boolean): Promise<void> {
  const found = await Promise.all(
    texts.map(async (file) => ({ ...file, committed: await textOf(file.path) })),
  );
  const others = found.filter(({ committed, text }) => committed !== text);
  const [first] = others;
  if (first === undefined) return;
  const lines = others.map(({ path, committed }) =>
    committed === undefined
      ? `"${path}": there is none`
      : `"${path}": it was compiled from another runbook or by hand`,
  );
  const command = all ? "cascade workflow --all" : /`(.*)`/.exec(first.text)?.[1];
  throw new Fault("workflow-stale", `Cannot use ${lines.join("; ")}`, {
    hint: `Run \`${command ?? "cascade workflow"}\` and commit the ${others.length === 1 ? "file" : "files"}`,
  });
}

/** The text of a file; undefined where there is none. */
async function textOf(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, "utf8") : undefined;
}
