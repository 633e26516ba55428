import type { Declaration } from "./declaration.ts";
import type { Place } from "./runbook.ts";
import { processorUses, type SqlUse } from "./processor-sql.ts";

/** Every mention of a SQL file in the runbook. */
export function sqlUsesOf(declaration: Declaration): readonly SqlUse[] {
  return [
    ...calendarUses(declaration),
    ...populationUses(declaration),
    ...processorUses(declaration),
    ...causeUses(declaration),
    ...ingestUses(declaration),
  ];
}

function calendarUses({ calendar }: Declaration): readonly SqlUse[] {
  const { sql, reads } = calendar?.value ?? {};
  if (calendar === undefined || sql === undefined) return [];
  return [
    {
      file: sql,
      place: calendar.at("sql"),
      owner: "the calendar",
      parameters: [],
      tables: {
        declared: (reads ?? []).map(({ from: name }, index) => ({
          name,
          place: calendar.at("reads", index),
        })),
        implicit: [],
      },
    },
  ];
}

function populationUses({ populations, calendar }: Declaration): readonly SqlUse[] {
  return populations.flatMap(({ name, value, at }) => {
    if (value.sql === undefined) return [];
    const declared = (value.reads ?? []).map(({ from }, index) => ({
      name: from,
      place: at("reads", index),
    }));
    return [
      {
        file: value.sql,
        place: at("sql"),
        owner: `the population "${name}"`,
        parameters: ["start_date", "end_date"],
        tables: { declared, implicit: calendar === undefined ? [] : [calendar.value.table] },
      },
    ];
  });
}

function causeUses({ causes, calendar, identity, parameters }: Declaration): readonly SqlUse[] {
  return causes.map(({ value, at }) => ({
    file: value.sql,
    place: at("sql"),
    owner: `the cause "${value.id}"`,
    parameters: ["processor_name", "start_date", "end_date", ...parameters.map(({ name }) => name)],
    tables: {
      declared: value.reads.map(({ from }, index) => ({ name: from, place: at("reads", index) })),
      implicit: [
        ...(calendar === undefined ? [] : [calendar.value.table]),
        `${identity.value.ledger}.precompute_failures`,
      ],
    },
  }));
}

/** DuckDB scripts: any table and any spelling, but no parameter that has no value. */
function ingestUses({ load, sample }: Declaration): readonly SqlUse[] {
  return [load, sample].flatMap((entry) => {
    if (entry === undefined) return [];
    const { value, at, name } = entry;
    const parameters = Object.keys(value.parameters);
    function script(file: string, place: Place): SqlUse {
      return { file, place, owner: `"${name}"`, parameters, tables: undefined };
    }
    return [
      ...(value.prelude === undefined ? [] : [{ ...script(value.prelude, at("prelude")), isScript: true }]),
      ...value.steps.map(({ sql }, index) => script(sql, at("steps", index, "sql"))),
      ...value.checks.map(({ sql }, index) => script(sql, at("checks", index, "sql"))),
    ];
  });
}
