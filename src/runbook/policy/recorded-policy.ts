import { asDigits } from "../../domain/column.ts";
import type { Processor, Relation, Runbook, Source } from "../runbook.ts";

type Checked = "table" | "columns" | "critical" | "distributions" | "place";

/** The parts of a runbook that decide what passes: what two versions of it are compared by. */
export type Policy = Pick<
  Runbook,
  "periods" | "categories" | "budgets" | "gates" | "recovery" | "waivers"
> & {
  readonly sources: readonly Pick<Source, Checked | "minimumRows" | "required" | "volume">[];
  readonly processors: readonly (Pick<Processor, Checked | "id" | "changes"> & {
    readonly relations: readonly Pick<Relation, "name" | "level">[];
  })[];
};

/** Version of the text's form; another one is not read. */
const policySchema = 1;

/** The policy of a runbook as JSON, for the ledger. */
export function renderPolicy(runbook: Runbook): string {
  const { periods, categories, budgets, gates, recovery, waivers } = runbook;
  const policy: Policy = {
    periods,
    categories,
    budgets,
    gates,
    recovery,
    waivers,
    sources: runbook.sources.map((source) => ({
      ...checkedOf(source),
      minimumRows: source.minimumRows,
      required: source.required,
      volume: source.volume,
    })),
    processors: runbook.processors.map((processor) => ({
      ...checkedOf(processor),
      id: processor.id,
      relations: processor.relations.map(({ name, level }) => ({ name, level })),
      ...(processor.changes === undefined ? {} : { changes: processor.changes }),
    })),
  };
  return JSON.stringify({ schema: policySchema, policy }, asDigits);
}

/** The inverse of `renderPolicy`; undefined for a text of another form. */
export function parsePolicy(text: string): Policy | undefined {
  try {
    const value = JSON.parse(text, withBounds) as {
      readonly schema?: unknown;
      readonly policy?: Policy;
    } | null;
    return value?.schema === policySchema ? value.policy : undefined;
  } catch {
    return undefined;
  }
}

/** Bounds that no JavaScript number holds stand in the text as their digits. */
function withBounds(key: string, value: unknown): unknown {
  const isDigits = typeof value === "string" && /^-?\d+$/.test(value);
  return isDigits && (key === "min" || key === "max") ? BigInt(value) : value;
}

function checkedOf({
  table,
  columns,
  critical,
  distributions,
  place,
}: Pick<Source, Checked>): Pick<Source, Checked> {
  return { table, columns, critical, distributions, place };
}
