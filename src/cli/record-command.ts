import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseCalendarDate } from "../domain/calendar-date.ts";
import { countOf } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { forEditors } from "../operations/editor-schemas.ts";
import { replaceFile } from "../operations/replace-file.ts";
import { requireDate } from "../operations/typed/options.ts";
import { openEffects } from "../process/effects.ts";
import { openWorkshop } from "../run/cases/workshop.ts";
import { recordCase } from "../run/cases/record-case.ts";
import { completeRunbook } from "../run/complete-runbook.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { casesPath } from "../runbook/parse-cases.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { addCase } from "../runbook/write-cases.ts";
import { caseWarehouses } from "./case-warehouse.ts";
import { openToRead, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";

/** `cascade test --record`: writes a case from rows of the warehouse, once it is seen to pass. */
export async function recordCommand(context: CommandContext): Promise<number> {
  const { options, terminal } = context;
  const { name, id, day, entity } = wordsOf(options.positionals);
  const declared = await readRunbook(name);
  const date = requireDate("the date", day);
  await using warehouse = await openToRead(context, declared);
  const runbook = await completeRunbook(warehouse, declared);
  const processor = findProcessor(runbook, name, id);
  await using memory = await caseWarehouses(context.effects, runbook)();
  using effects = openEffects(context.effects, () => undefined);
  const workshop = await openWorkshop(memory, runbook);
  const keepsTexts = options.flag("keep-texts") ?? false;
  const request = { runbook, processor, date, entity, keepsTexts };
  const { stepCase, limit } = await recordCase({ warehouse, workshop }, request, effects);
  const path = join(runbook.folder, casesPath(processor));
  const before = await readFile(path, "utf8").catch(() => undefined);
  const text = addCase(before, stepCase);
  await replaceFile(path, before === undefined ? forEditors(path, { kind: "cases", text }) : text);
  const count = Object.values(stepCase.given).reduce((sum, rows) => sum + rows.length, 0);
  terminal.out(
    `Recorded ${id} ${date} from ${countOf(count, "row")} in ${path}. Give it a name, and read it before you commit it`,
  );
  if (limit !== undefined)
    terminal.note(
      `Leaving out rows and columns ended after ${limit}: some may be left that it does not need`,
    );
  return 0;
}

type Words = {
  readonly name: string;
  readonly id: string;
  readonly day: string;
  readonly entity: string | undefined;
};

/** `[runbook] processor date [entity]`. */
function wordsOf(words: readonly string[]): Words {
  const isUnnamed = parseCalendarDate(words[1] ?? "") !== undefined;
  const [name = defaultRunbook, id = "", day = "", entity, extra] = isUnnamed
    ? [defaultRunbook, ...words]
    : words;
  if (extra === undefined) return { name, id, day, entity };
  throw new Fault(
    "usage",
    `Cannot record a case: expected a processor, a date and an entity, found "${extra}" too`,
    {
      hint: "Put an entity with spaces into quotes",
    },
  );
}

function findProcessor(runbook: Runbook, name: string, id: string): Runbook["processors"][number] {
  const processor = runbook.processors.find((one) => one.id === id);
  if (processor !== undefined) return processor;
  const ids = runbook.processors.map((one) => one.id);
  throw new Fault("usage", `Cannot record a case: ${runbook.name} has no processor "${id}"`, {
    hint: `For example: cascade test ${name} --record ${ids[0] ?? ""} 2024-01-31; the processors are ${ids.join(", ")}`,
  });
}
