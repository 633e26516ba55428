import { availableParallelism } from "node:os";
import { countOf, onOneLine } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { openEffects } from "../process/effects.ts";
import type { CaseResult } from "../run/cases/case-result.ts";
import { readStepCases, runCases } from "../run/cases/run-cases.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { listRunbooks } from "../run/find-runbook.ts";
import { readRunbook, readRunbookText } from "../run/read-runbook.ts";
import { casesEnding, type StepCases } from "../runbook/parse-cases.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { unsetColumns } from "../runbook/unset-columns.ts";
import { caseWarehouses } from "./case-warehouse.ts";
import { openToRead, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { recordCommand } from "./record-command.ts";
import { jsonText, paint } from "./terminal.ts";

/** `cascade test`: the cases beside the steps of a runbook, each computed in memory as a run would. */
export const testCommand: Command = {
  async run(context) {
    const { options } = context;
    if (options.flag("record") === true) return recordCommand(context);
    if (options.flag("all") === true) return testAll(context);
    const [name = defaultRunbook] = options.positionals;
    return testOne(context, name);
  },
};

/** The cases of every runbook; one without any is told, and no fault. */
async function testAll(context: CommandContext): Promise<number> {
  const { options, terminal } = context;
  const [extra] = options.positionals;
  if (extra !== undefined || options.json) {
    throw new Fault("usage", `Cannot test all: found ${extra === undefined ? "--json" : `"${extra}"`} too`, {
      hint: "Name one runbook, or leave that out",
    });
  }
  let exitCode = 0;
  for (const name of await listRunbooks()) {
    terminal.out(`${name}:`);
    exitCode = Math.max(exitCode, await testListed(context, name));
  }
  return exitCode;
}

/** What one of several runbooks cannot be tested for is told in its place; the others go on. */
async function testListed(context: CommandContext, name: string): Promise<number> {
  try {
    const { files } = await readRunbookText(name);
    if ([...files.keys()].some((file) => file.endsWith(casesEnding))) return await testOne(context, name);
    context.terminal.out("no step has a case");
    return 0;
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === "interrupted") throw cause;
    for (const line of [...cause.message.split("\n"), cause.hint]) context.terminal.out(onOneLine(line));
    return 2;
  }
}

async function testOne(context: CommandContext, name: string): Promise<number> {
  const { options, terminal } = context;
  const runbook = await readComplete(context, name);
  const steps = await readStepCases(runbook, name, options.processors);
  using effects = openEffects(context.effects, () => undefined);
  const request = {
    runbook,
    steps,
    lanes: availableParallelism(),
    openWarehouse: caseWarehouses(context.effects, runbook),
  };
  const results = await runCases(request, effects);
  if (options.json) terminal.out(jsonText({ cases: results }));
  else tell(context, runbook, results);
  for (const line of unsetLines(runbook, steps)) terminal.note(onOneLine(line));
  return results.every(({ differences }) => differences.length === 0) ? 0 : 1;
}

/** The runbook with its columns: a warehouse is asked only for those that the runbook leaves to it. */
async function readComplete(context: CommandContext, name: string): Promise<Runbook> {
  const declared = await readRunbook(name);
  if (declared.draft === undefined) return declared;
  await using warehouse = await openToRead(context, declared);
  return await completeRunbook(warehouse, declared);
}

/** Cases that name days of the calendar without columns that their step reads, a line each. */
function unsetLines(runbook: Runbook, steps: readonly StepCases[]): readonly string[] {
  const { origin } = runbook.calendar;
  const rows =
    origin.kind === "query" ? ` (give rows of ${origin.reads.map(({ table }) => table).join(", ")})` : "";
  return steps.flatMap(({ processor, file, cases }) =>
    cases.flatMap((one) => {
      const columns = unsetColumns(runbook, processor, one);
      const what = `${file}: "${one.name}" names the days of the calendar, which leaves NULL what ${processor.id} reads of it`;
      return columns.length === 0 ? [] : [`${what}: ${columns.join(", ")}${rows}`];
    }),
  );
}

function tell(
  { terminal, options }: CommandContext,
  { processors }: Runbook,
  results: readonly CaseResult[],
): void {
  for (const { processor, name, differences, file } of results) {
    const isGood = differences.length === 0;
    const mark = isGood ? paint("good", "✓") : paint("bad", "✗");
    terminal.out(`${mark} ${processor}: ${onOneLine(name)}${isGood ? "" : ` (${file})`}`);
    for (const line of differences) terminal.out(`    ${onOneLine(line)}`);
  }
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const count = countOf(results.length, "case");
  terminal.out(
    failed === 0 ? paint("good", `${count} passed`) : paint("bad", `${failed} of ${count} failed`),
  );
  const tested = new Set(results.map(({ processor }) => processor));
  const without = processors.map(({ id }) => id).filter((id) => !tested.has(id));
  if (options.processors === undefined && without.length > 0)
    terminal.note(`Without a case: ${without.join(", ")}`);
}
