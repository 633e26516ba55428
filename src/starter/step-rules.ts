import { tableNameOf, type TableId } from "../domain/table-id.ts";
import type { FoundTable } from "./found-table.ts";
import type { StarterStep, StepRules } from "./starter-step.ts";
import type { ColumnTest, GivenStatement } from "./given-statement.ts";
import { inline, noted, type YamlMapping } from "./written-value.ts";

/** What is known of a step when the tests of its columns become rules. */
type Tested = {
  readonly statement: GivenStatement;
  readonly table: TableId;
  readonly date: string;
  readonly found: FoundTable;
  /** Those that relationships may lead to. */
  readonly steps: readonly Pick<StarterStep, "file" | "table">[];
};

/** Tests of columns as what a processor declares: required columns, closed lists and relations; and those that it cannot. */
export function stepRules({ statement, table, date, found, steps }: Tested): {
  readonly rules: StepRules;
  readonly lost: readonly string[];
} {
  const columns: Record<string, YamlMapping> = {};
  for (const test of statement.tests) {
    const column = found.columns.find(({ name }) => name === test.column.toLowerCase());
    if (column === undefined || test.kind === "relationship") continue;
    const nullable =
      test.kind === "values" && column.nulls > 0 && !isRequired(statement, test.column)
        ? { nullable: "some rows have none" }
        : {};
    columns[column.name] = {
      ...nullable,
      ...columns[column.name],
      ...(test.kind === "values" ? { values: test.values } : {}),
    };
  }
  const relations: StepRules["relations"][number][] = [];
  const lost: string[] = [];
  for (const test of statement.tests) {
    if (test.kind !== "relationship") continue;
    const to = steps.find(({ file }) => file === `sql/${test.to}.sql`);
    if (to === undefined)
      lost.push(`${statement.name}: that every ${test.column} is one of ${test.to}, which was left out`);
    else relations.push(relationOf({ table, date }, test, to));
  }
  const written = Object.entries(columns).map(([name, rules]) => [name, noted(inline(rules), "tested")]);
  return { rules: { columns: Object.fromEntries(written) as YamlMapping, relations }, lost };
}

function isRequired({ tests }: GivenStatement, column: string): boolean {
  return tests.some((test) => test.kind === "required" && test.column === column);
}

function relationOf(
  { table, date }: { readonly table: TableId; readonly date: string },
  { column, field }: Extract<ColumnTest, { kind: "relationship" }>,
  to: Pick<StarterStep, "table">,
): StepRules["relations"][number] {
  const [own, other] = [tableNameOf(table), tableNameOf(to.table)];
  return {
    name: `every ${column} is one of ${other}`,
    file: `sql/relation/${own}_${column}_in_${other}.sql`,
    reads: to.table,
    text: `-- Rows whose ${column} is none of ${to.table}.
select
  stored.${date} as analysis_date,
  cast(stored.${column} as string) as entity_id,
  '${column} is not in ${other}' as detail
from ${table} as stored
left join ${to.table} as other on other.${field} = stored.${column}
where stored.${date} between @start_date and @end_date and stored.${column} is not null and other.${field} is null`,
  };
}
