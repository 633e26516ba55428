import type { ColumnTest } from "../given-statement.ts";
import type { ManifestNode } from "./manifest.ts";

/** What a test of a model says of its key or of a column, or why a runbook does not say it. */
export type CarriedTest =
  | {
      readonly kind: "carried";
      /** The model's id. */
      readonly of: string;
      readonly key?: readonly string[] | undefined;
      readonly rule?: ColumnTest;
    }
  | { readonly kind: "refused"; readonly why: string };

type Models = ReadonlyMap<string, ManifestNode>;

/** A test as a key or a rule of the model that it is attached to. */
export function carryTest(test: ManifestNode, models: Models): CarriedTest {
  const { test_metadata: metadata, config } = test;
  if (!metadata) return refused("it is a statement of its own; write it as a relation");
  if (config.where) return refused("it holds for some rows only; write it as a critical field");
  if (config.severity?.toLowerCase() === "warn") return refused("it only warns");
  const of = test.attached_node ?? test.depends_on.nodes.at(-1) ?? "";
  if (!models.has(of)) return refused("it is of no model; rules of sources are guessed from their rows");
  const carry = Object.hasOwn(carriers, metadata.name) ? carriers[metadata.name] : undefined;
  if (carry === undefined)
    return refused(`there is no rule for "${metadata.name}"; write it as a critical field or a relation`);
  return carry({ test, kwargs: metadata.kwargs, models, of, column: (test.column_name ?? "").toLowerCase() });
}

type Carrying = {
  readonly test: ManifestNode;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly models: Models;
  readonly of: string;
  readonly column: string;
};

/** Generic tests that a runbook says otherwise, by name. */
const carriers: Readonly<Record<string, (carrying: Carrying) => CarriedTest>> = {
  unique: ({ of, column }) => ({ kind: "carried", of, key: [column] }),
  unique_combination_of_columns: ({ of, kwargs }) => ({
    kind: "carried",
    of,
    key: textsOf(kwargs["combination_of_columns"]),
  }),
  not_null: ({ of, column }) => ({ kind: "carried", of, rule: { kind: "required", column } }),
  accepted_values: ({ of, column, kwargs }) => {
    const values = textsOf(kwargs["values"]);
    if (values === undefined) return refused("its values are no texts; write it as a critical field");
    return { kind: "carried", of, rule: { kind: "values", column, values } };
  },
  relationships: ({ test, of, column, kwargs, models }) => {
    const id = test.depends_on.nodes.find((node) => node !== of && models.has(node)) ?? "";
    const to = models.get(id);
    const { field } = kwargs;
    if (to === undefined || typeof field !== "string")
      return refused("it leads to no model; write it as a relation");
    const rule = { kind: "relationship", column, to: tableOfModel(to), field: field.toLowerCase() } as const;
    return { kind: "carried", of, rule };
  },
};

/** The table that a model computes, as a runbook names it. */
export function tableOfModel({ alias, name }: ManifestNode): string {
  return (alias ?? name).toLowerCase().replaceAll(/\W/g, "_");
}

function refused(why: string): CarriedTest {
  return { kind: "refused", why };
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === "string") ? value : undefined;
}
