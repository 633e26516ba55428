import type { Column } from "../domain/column.ts";
import { tokenizeSql } from "../domain/sql-tokens.ts";
import type { Processor, RunbookParameter } from "../runbook/runbook.ts";
import { hashedFailure } from "./content-hash.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import type { Sight } from "../domain/table-cut.ts";
import { quoteName } from "./identifiers.ts";
import { stagedQueries } from "./stage.ts";

/** What a stage holds of dates: its rows, its failures, and the members of its population. */
export type StagePart = "rows" | "failures" | "members";

/** Parts of what a stage holds on each of @dates: (analysis_date, part, row_count, version). */
export function auditedContent(
  dialect: Dialect,
  names: StageNames,
  { processor, parts }: { readonly processor: Processor; readonly parts: readonly StagePart[] },
): string {
  const hashes = partHashes(dialect, processor);
  const dates = dialect.isIn("stage_date", "dates");
  return parts
    .map((part) => {
      const { of, where, hash } = hashes[part];
      return `select cast(stage_date as string) as analysis_date, '${part}' as part, count(*) as row_count, ${hash} as version
from ${names[of]} as staged where ${where} and ${dates}
group by 1`;
    })
    .join("\nunion all\n");
}

type PartHash = { readonly of: "outcomes" | "population"; readonly where: string; readonly hash: string };

function partHashes(dialect: Dialect, { columns }: Processor): Readonly<Record<StagePart, PartHash>> {
  const member = { name: "stage_entity", type: "string" } as const;
  return {
    rows: { of: "outcomes", where: "failure_category is null", hash: dialect.contentHash(columns) },
    failures: {
      of: "outcomes",
      where: "failure_category is not null",
      hash: dialect.contentHash(hashedFailure("stage_entity")),
    },
    members: { of: "population", where: "stage_entity is not null", hash: dialect.contentHash([member]) },
  };
}

/**
 * What a SQL step and its population give on dates, each alone: (analysis_date, part, row_count, version), as
 * `auditedContent` tells it of a stage. Undefined where the engine cannot say it by one query, or the step is a command.
 */
export function contentAlone(
  dialect: Dialect,
  processor: Processor,
  {
    sights,
    parameters,
  }: { readonly sights: readonly Sight[]; readonly parameters: readonly RunbookParameter[] },
): string | undefined {
  const queries = stagedQueries(dialect, processor);
  const { eachAlone } = dialect;
  if (eachAlone === undefined || queries === undefined) return undefined;
  const { rows, failures, members } = partHashes(dialect, processor);
  const outcomes = `select failure_category is null as is_row, count(*) as row_count,
  ${rows.hash} as rows_version, ${failures.hash} as failures_version
from (
${queries.outcomes}
) as staged
group by 1`;
  const population = `select count(*) as row_count, ${members.hash} as version
from (
${queries.population}
) as staged
where ${members.where}`;
  return `select cast(asked_date as string) as analysis_date,
  case when is_row then 'rows' else 'failures' end as part, row_count,
  case when is_row then rows_version else failures_version end as version
from (
${eachAlone(withLiterals(dialect, outcomes, parameters), sights)}
) as each_outcome
union all
select cast(asked_date as string), 'members', row_count, version
from (
${eachAlone(withLiterals(dialect, population, parameters), sights)}
) as each_population`;
}

/** A query with values of the runbook as literals, which spare the engine to bind so long a text twice. */
function withLiterals(dialect: Dialect, query: string, parameters: readonly RunbookParameter[]): string {
  const literals = new Map(
    parameters.map(({ name, type, value }) => [
      `@${name}`,
      `cast(${dialect.quoteText(String(value))} as ${dialect.columnType(type)})`,
    ]),
  );
  return tokenizeSql(query)
    .map(({ kind, text }) => (kind === "parameter" ? literals.get(text) : undefined) ?? text)
    .join("");
}

/**
 * The first entity, by its text, on which two stages differ on @date: (entity, field, narrow, wide, occurrences). Floats
 * that differ by what the order of a sum can do are equal.
 */
export function stageDifference(
  dialect: Dialect,
  { narrow, wide }: { readonly narrow: StageNames; readonly wide: StageNames },
  processor: Processor,
): string {
  const fields: readonly Field[] = [
    {
      name: "the row",
      differs: "narrow.stage_entity is null or wide.stage_entity is null",
      texts: ["narrow.stage_entity", "wide.stage_entity"],
    },
    textField(dialect, "failure_category", "failure_category"),
    ...processor.columns.map((column) => columnField(dialect, column)),
  ];
  const outcomes = difference(narrow.outcomes, wide.outcomes, fields);
  const members = difference(narrow.population, wide.population, [
    {
      name: "its place in the population",
      differs: "narrow.stage_entity is null or wide.stage_entity is null",
      texts: ["narrow.stage_entity", "wide.stage_entity"],
    },
  ]);
  return `select entity, field, narrow, wide, count(*) over () as occurrences
from (
  ${outcomes}
  union all
  ${members}
) as difference
where field is not null
order by entity, field
limit 1`;
}

/** A value of two rows of one entity: when it differs, and the text of each. */
export type Field = {
  readonly name: string;
  readonly differs: string;
  readonly texts: readonly [narrow: string, wide: string];
};

/** How rows of @date differ between two queries' tables, by entity; `field` is NULL where they do not. */
export function difference(narrow: string, wide: string, fields: readonly Field[]): string {
  function choose(of: (field: Field) => string): string {
    return `case ${fields.map((field) => `when ${field.differs} then ${of(field)}`).join("\n    ")} end`;
  }
  return `select
    coalesce(narrow.stage_entity, wide.stage_entity) as entity,
    ${choose(({ name }) => `'${name}'`)} as field,
    ${choose(({ texts }) => texts[0])} as narrow,
    ${choose(({ texts }) => texts[1])} as wide
  from (select * from ${narrow} as staged where stage_date = @date) as narrow
  full join (select * from ${wide} as staged where stage_date = @date) as wide
    on wide.stage_entity = narrow.stage_entity`;
}

function columnField(dialect: Dialect, { name, type }: Column): Field {
  const field = textField(dialect, name, quoteName(dialect, name));
  if (type !== "float64") return field;
  const [left, right] = [`narrow.${quoteName(dialect, name)}`, `wide.${quoteName(dialect, name)}`];
  const isSpecial = `${left} is null or ${right} is null or ${dialect.isNotFinite(left)} or ${dialect.isNotFinite(right)}`;
  const isFar = `abs(${left} - ${right}) > greatest(1e-12, 1e-9 * greatest(abs(${left}), abs(${right})))`;
  return { ...field, differs: `(case when ${isSpecial} then ${field.differs} else ${isFar} end)` };
}

/** A column compared by its exact text. */
export function textField(dialect: Dialect, name: string, column: string): Field {
  const texts = [dialect.jsonText(`narrow.${column}`), dialect.jsonText(`wide.${column}`)] as const;
  return { name, differs: `coalesce(${texts[0]}, '') <> coalesce(${texts[1]}, '')`, texts };
}
