import { LineCounter, parseDocument } from "yaml";

/** A YAML file with its value, and the lines of its parts. */
export type LintDocument = {
  readonly path: string;
  readonly text: string;
  readonly value: Mapping;
  readonly lineOf: (keys: readonly (string | number)[]) => number;
};

/** A mapping of YAML, of whatever values. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Something wrong with a file, by rule and line. */
export type Finding = {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
};

/** A job of a workflow, with the keys that lead to it. */
export type LintJob = { readonly id: string; readonly value: Mapping; readonly steps: readonly LintStep[] };
/** A step of a job or a composite action, with the keys that lead to it. */
export type LintStep = { readonly value: Mapping; readonly keys: readonly (string | number)[] };

/** Parses a file; aliases are followed. */
export function parseLintDocument(path: string, text: string): LintDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return {
    path,
    text,
    value: mappingOf(document.toJS()),
    lineOf(keys) {
      const node = document.getIn(keys, true) as
        | { readonly range?: readonly [number, number, number] }
        | undefined;
      return node?.range === undefined ? 1 : lines.linePos(node.range[0]).line;
    },
  };
}

/** The jobs of a workflow, none for an action. */
export function jobsOf({ value }: LintDocument): readonly LintJob[] {
  return Object.entries(mappingOf(value["jobs"])).map(([id, job]) => ({
    id,
    value: mappingOf(job),
    steps: listOf(mappingOf(job)["steps"]).map((step, index) => ({
      value: mappingOf(step),
      keys: ["jobs", id, "steps", index],
    })),
  }));
}

/** Every step of a workflow or a composite action. */
export function stepsOf(document: LintDocument): readonly LintStep[] {
  const own = listOf(mappingOf(document.value["runs"])["steps"]);
  return [
    ...jobsOf(document).flatMap(({ steps }) => steps),
    ...own.map((step, index) => ({ value: mappingOf(step), keys: ["runs", "steps", index] })),
  ];
}

/** A value as a mapping, empty when it is none. */
export function mappingOf(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

/** A value as a list, empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A value as text, empty when it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
