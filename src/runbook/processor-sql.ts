import type { Declaration } from "./declaration.ts";
import type { Entry } from "./entry.ts";
import type { Place } from "./runbook.ts";
import type { ProcessorText } from "./schema/processor-schema.ts";

/** A table that SQL must read because the runbook says so at `place`. */
type DeclaredTable = { readonly name: string; readonly place: Place };

/** A mention of a SQL file, and what its text may and must name. */
export type SqlUse = {
  readonly file: string;
  /** Where the runbook names the file. */
  readonly place: Place;
  /** Whose SQL it is, for messages. */
  readonly owner: string;
  readonly parameters: readonly string[];
  /** Whether the text may hold several statements. */
  readonly isScript?: boolean;
  /** Tables that the text must read, and more that it may; undefined for DuckDB scripts, which read what they like. */
  readonly tables:
    | { readonly declared: readonly DeclaredTable[]; readonly implicit: readonly string[] }
    | undefined;
};

/** Step and relation SQL of every processor. */
export function processorUses(declaration: Declaration): readonly SqlUse[] {
  return declaration.processors.flatMap((entry) => [
    ...stepUse(entry, declaration),
    ...relationUses(entry, declaration),
  ]);
}

function stepUse(entry: Entry<ProcessorText>, declaration: Declaration): readonly SqlUse[] {
  const { value, at } = entry;
  if (value.step?.sql === undefined) return [];
  return [
    {
      file: value.step.sql,
      place: at("step", "sql"),
      owner: `"${value.id}"`,
      parameters: ["start_date", "end_date", ...value.parameters],
      tables: { declared: edgeTables(entry, declaration), implicit: implicitTables(entry, declaration) },
    },
  ];
}

function relationUses(entry: Entry<ProcessorText>, declaration: Declaration): readonly SqlUse[] {
  const { value, at } = entry;
  return value.relations.map((relation, index) => ({
    file: relation.sql,
    place: at("relations", index, "sql"),
    owner: `the relation "${relation.name}"`,
    parameters: ["start_date", "end_date", ...value.parameters],
    tables: {
      declared: relation.reads.map(({ from }, position) => ({
        name: from,
        place: at("relations", index, "reads", position),
      })),
      implicit: [value.table, failureView(declaration), ...implicitTables(entry, declaration)],
    },
  }));
}

/** The tables behind the edges, and the view of failures where an edge says that the SQL reads them. */
function edgeTables({ value, at }: Entry<ProcessorText>, declaration: Declaration): readonly DeclaredTable[] {
  const tables = new Map<string, string>(
    declaration.processors.map((other) => [other.value.id, other.value.table]),
  );
  return value.reads.flatMap(({ from, failures }, index) => [
    ...(failures === "only" ? [] : [{ name: tables.get(from) ?? from, place: at("reads", index, "from") }]),
    ...(failures !== false
      ? [{ name: failureView(declaration), place: at("reads", index, "failures") }]
      : []),
  ]);
}

function implicitTables(
  { value }: Entry<ProcessorText>,
  { populations, calendar }: Declaration,
): readonly string[] {
  const population = populations.find(({ name }) => name === value.population)?.value.reads ?? [];
  return [...population.map(({ from }) => from), ...(calendar === undefined ? [] : [calendar.value.table])];
}

function failureView({ identity }: Declaration): string {
  return `${identity.value.ledger}.precompute_failures`;
}
