import type { Column } from "../domain/column.ts";
import type { Processor } from "../runbook/runbook.ts";
import { hashedFailure } from "./content-hash.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

/** What a stage holds of dates: its rows, its failures, and the members of its population. */
export type StagePart = "rows" | "failures" | "members";

/** Parts of what a stage holds on each of @dates: (analysis_date, part, row_count, version). */
export function auditedContent(
  dialect: Dialect,
  names: StageNames,
  { processor, parts }: { readonly processor: Processor; readonly parts: readonly StagePart[] },
): string {
  const hashes: Record<StagePart, readonly [from: string, hash: string]> = {
    rows: [
      `${names.outcomes} as staged where failure_category is null`,
      dialect.contentHash(processor.columns),
    ],
    failures: [
      `${names.outcomes} as staged where failure_category is not null`,
      dialect.contentHash(hashedFailure("stage_entity")),
    ],
    members: [
      `${names.population} as staged where stage_entity is not null`,
      dialect.contentHash([{ name: "stage_entity", type: "string" }]),
    ],
  };
  const dates = dialect.isIn("stage_date", "dates");
  return parts
    .map((part) => {
      const [from, hash] = hashes[part];
      return `select cast(stage_date as string) as analysis_date, '${part}' as part, count(*) as row_count, ${hash} as version
from ${from} and ${dates}
group by 1`;
    })
    .join("\nunion all\n");
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
