import { allEngines, engineOfInput } from "../engines/engine-table.ts";
import { z } from "zod";
import { Fault } from "../errors.ts";
import { dateText } from "../runbook/schema/value-schemas.ts";
import { loginText, plainFolder } from "./state/names.ts";

const targetShape = {
  runbook: plainFolder,
  warehouse: z.string().refine((text) => engineOfInput(text) !== undefined, {
    message: `expected ${allEngines.map(({ jobs }) => `"${jobs.input.form}"`).join(" or ")}`,
  }),
};

const token = { "github-token": z.string().min(1, "expected a token") };

/** Inputs of `actions/plan-backfill`, by the keys of its action.yml. */
export const planInputs = z.strictObject({
  ...targetShape,
  ...token,
  from: z
    .string()
    .regex(
      /^(?:(?!\.\.?(?:\/|$))[\w.-]+(?:\/(?!\.\.?(?:\/|$))[\w.-]+)*)?$/,
      "expected a folder of the repository",
    ),
  "chunk-days": optional(z.coerce.number().int().min(1).max(3660)),
  "start-date": optional(dateText),
  "end-date": optional(dateText),
  dates: list(dateText),
  processors: list(z.string().regex(/^[A-Za-z]\w*$/, "expected names of processors")),
  phase: list(z.coerce.number().int().min(0)),
  "with-upstream": flag(),
  resume: flag(),
  "allow-empty": flag(),
  cells: z.enum(["runbook", "period", "auto"]),
  "dry-run": flag(),
  state: z.enum(["latest", "fresh"]),
  "expected-sha": optional(z.string().regex(/^[0-9a-f]{40}$/, "expected a full commit SHA")),
  digest: z.string().regex(/^[\w-]*$/, "expected the digest that a plan shows"),
  reason: z.string().max(500, "expected at most 500 characters"),
  "requested-by": loginText,
  round: z.coerce.number().int().min(0).max(1000),
});

/** Inputs of `actions/fetch-files`. */
export const fetchInputs = z.strictObject({ runbook: plainFolder });

/** Inputs of `actions/run-cell`. */
export const cellInputs = z.strictObject({
  ...targetShape,
  ...token,
  cell: someOf(z.string().regex(/^[\w-]+$/)),
});

/** Inputs of `actions/check-gate`. */
export const gateInputs = z.strictObject({
  ...targetShape,
  ...token,
  gates: someOf(z.string().regex(/^[\w-]+$/)),
});

/** Inputs of `actions/triage-run`. */
export const triageInputs = z.strictObject({ ...targetShape, ...token });

/** Inputs of `actions/post-report`. */
export const reportInputs = z.strictObject({
  ...targetShape,
  ...token,
  step: z.enum(["report", "watch"]),
  "report-to": z.string().regex(/^(?:new|none|#[1-9]\d{0,8})$/, 'expected "new", "none" or "#" and a number'),
});

/** Inputs of `actions/handle-command`. */
export const commandInputs = z.strictObject({
  ...token,
  step: z.enum(["handle", "plan", "write", "answer", "recover", "states"]),
  plan: z.string(),
  write: z.string(),
  answer: z.string(),
});

/** Values of `planInputs`; what is undefined was left empty. */
export type PlanInputs = z.infer<typeof planInputs>;

/** Values of `fetchInputs`. */
export type FetchInputs = z.infer<typeof fetchInputs>;

/** Values of `cellInputs`. */
export type CellInputs = z.infer<typeof cellInputs>;

/** Values of `gateInputs`. */
export type GateInputs = z.infer<typeof gateInputs>;

/** Values of `triageInputs`. */
export type TriageInputs = z.infer<typeof triageInputs>;

/** Values of `reportInputs`. */
export type ReportInputs = z.infer<typeof reportInputs>;

/** Reads every input of a schema by its key and checks them all. Fault: input-invalid with every problem. */
export function readActionInputs<T extends z.ZodObject>(
  schema: T,
  read: (key: string) => string,
): z.infer<T> {
  const texts = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, read(key).trim()]));
  const parsed = schema.safeParse(texts);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const key = String(path[0] ?? "");
    return `${key}: ${message}, found "${texts[key] ?? ""}"`;
  });
  throw new Fault("input-invalid", `Cannot read the inputs: ${problems.join("; ")}`, {
    hint: "Correct the inputs and dispatch again",
  });
}

/** An input that may be empty. */
function optional<T extends z.ZodType>(schema: T): z.ZodType<z.infer<T> | undefined> {
  return z.preprocess((text) => (text === "" ? undefined : text), schema.optional());
}

/** Values between commas; empty: undefined. */
function list<T extends z.ZodType>(schema: T): z.ZodType<readonly z.infer<T>[] | undefined> {
  return z.preprocess(splitList, z.array(schema).optional());
}

function someOf<T extends z.ZodType>(schema: T): z.ZodType<readonly z.infer<T>[]> {
  return z.preprocess(splitList, z.array(schema).min(1));
}

function splitList(text: unknown): readonly string[] | undefined {
  const items = String(text)
    .split(",")
    .map((item) => item.trim());
  const named = items.filter((item) => item !== "");
  return named.length === 0 ? undefined : named;
}

function flag(): z.ZodType<boolean> {
  return z.enum(["true", "false"]).transform((text) => text === "true");
}
