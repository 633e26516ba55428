import { onOneLine } from "../domain/format.ts";
import { typedQuery } from "../domain/typed-query.ts";
import { Fault } from "../errors.ts";
import { fitTable } from "../report/terminal/fit-table.ts";
import { readRunbook } from "../run/read-runbook.ts";
import { answerQuery, type TypedRows } from "../warehouse/answer-query.ts";
import { openToRead, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { jsonText } from "./terminal.ts";

/** Rows of a table that people still read; `--json` prints all. */
const mostShown = 1000;

/** `cascade query "<sql>"`: what one query in the runbook's dialect gives; nothing is written. */
export const queryCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const { name, text } = readArguments(context);
    const runbook = await readRunbook(name);
    await using warehouse = await openToRead(context, runbook);
    const answer = await answerQuery(warehouse, typedQuery(text, warehouse.dialect.quote));
    const { columns, rows } = answer;
    terminal.out(options.json ? jsonText({ columns, rows }) : tableText(answer, context));
    return 0;
  },
};

function readArguments({ options: { positionals } }: CommandContext): {
  readonly name: string;
  readonly text: string;
} {
  const [first, second, extra] = positionals;
  if (first !== undefined && extra === undefined) {
    return second === undefined ? { name: defaultRunbook, text: first } : { name: first, text: second };
  }
  const found = extra === undefined ? "none" : `"${extra}" as well`;
  throw new Fault("usage", `Cannot read the command line: expected one query, found ${found}`, {
    hint: "Put the query in quotes: cascade query 'select count(*) from shop.visits where day = \"2024-01-02\"'",
  });
}

function tableText(
  { columns, cells, numbers }: TypedRows,
  { terminal }: Pick<CommandContext, "terminal">,
): string {
  const shown = cells.slice(0, mostShown);
  if (shown.length < cells.length) {
    terminal.note(`The first ${mostShown} of ${cells.length} rows; --json prints all`);
  }
  return fitTable(
    columns.map((name, index) => ({
      head: onOneLine(name),
      keep: columns.length - index,
      isNumber: numbers.has(name),
    })),
    shown.map((row) => ({ cells: row.map(onOneLine), tone: "idle" })),
    { width: terminal.columns, paint: (_, text) => text },
  );
}
