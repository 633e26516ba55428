import { z } from "zod";
import { parseCalendarDate } from "../../domain/calendar-date.ts";
import { calendarSchema, periodSchema } from "./calendar-schema.ts";
import { ingestSchema } from "./ingest-schema.ts";
import { budgetSchema, categorySchema, gateSchema, recoveryRuleSchema } from "./policy-schema.ts";
import { processorSchema } from "./processor-schema.ts";
import { sourceSchema } from "./source-schema.ts";
import { filePath, identifier, sentence, slug, sqlName, tableName } from "./value-schemas.ts";

/** A value that steps read as `@name`. */
export const parameterSchema = z
  .strictObject({
    type: z.enum(["int64", "float64", "string", "date"]).describe("Type of the value"),
    value: z.union([z.number(), z.string()]).describe("The value"),
    description: sentence.describe("What it means"),
  })
  .refine(fitsType, { error: "expected a value of the type", path: ["value"] });

/** Who must have an outcome on a date. */
export const populationSchema = z.strictObject({
  title: sentence.describe("Name for people"),
  sql: filePath.describe("Statement that returns exactly (analysis_date, entity_id)"),
  reads: z.array(tableName).describe("Tables that the statement reads besides the calendar"),
});

/** The title of a phase. */
export const phaseSchema = sentence;

const phaseNumber = z.string().regex(/^\d+$/, "expected a whole number");

const identityShape = {
  name: slug.describe("Name of the runbook and of its folder"),
  title: sentence.describe("Name for people"),
  description: sentence.describe("One sentence for people who have never seen it"),
  owner: sentence.describe("Who answers for it"),
  "time-zone": sentence.describe("IANA zone in which the dates are days"),
  ledger: sqlName.describe("Dataset of the ledger tables"),
};

const anyList = z.array(z.unknown());
const fileOrMapping = z.union([filePath, z.record(z.string(), z.unknown())]);

/** The runbook with its sections unread: which sections there are, and whether each is a list or a mapping. */
export const frameSchema = z.strictObject({
  ...identityShape,
  parameters: z.record(sqlName, z.unknown()).optional(),
  calendar: z.record(z.string(), z.unknown()),
  periods: anyList.optional(),
  phases: z.record(phaseNumber, z.unknown()),
  categories: z.record(identifier, z.unknown()),
  populations: z.record(identifier, z.unknown()),
  sources: anyList,
  processors: anyList,
  budgets: anyList.optional(),
  gates: anyList.optional(),
  recovery: anyList.optional(),
  load: fileOrMapping.optional(),
  sample: fileOrMapping.optional(),
});

/** The whole of runbook.yml, for editors. */
export const runbookSchema = z.strictObject({
  ...identityShape,
  parameters: z.record(sqlName, parameterSchema).optional().describe("Values that steps read as @name"),
  calendar: calendarSchema.describe("The dates that must exist"),
  periods: z.array(periodSchema).optional().describe("Named dates; the others form the period `none`"),
  phases: z.record(phaseNumber, phaseSchema).describe("Titles of the phases by number"),
  categories: z.record(identifier, categorySchema).describe("Why an entity may have no row: a closed list"),
  populations: z.record(identifier, populationSchema).describe("Who must have an outcome on a date"),
  sources: z.array(z.union([filePath, sourceSchema])).describe("Tables that others write, here or in files"),
  processors: z
    .array(z.union([filePath, processorSchema]))
    .describe("Tables that are computed, here or in files"),
  budgets: z.array(budgetSchema).optional().describe("What periods expect of processors"),
  gates: z.array(gateSchema).optional().describe("Checks in the order in which `run` makes them"),
  recovery: z.array(recoveryRuleSchema).optional().describe("Decisions; the first rule that matches holds"),
  load: z.union([filePath, ingestSchema]).optional().describe("How `load` fills the sources"),
  sample: z.union([filePath, ingestSchema]).optional().describe("How `sample` fills the sources"),
});

function fitsType({ type, value }: { readonly type: string; readonly value: number | string }): boolean {
  if (type === "int64") return Number.isInteger(value);
  if (type === "float64") return typeof value === "number";
  return typeof value === "string" && (type !== "date" || parseCalendarDate(value) !== undefined);
}

/** An entry of `parameters` as written. */
export type ParameterText = z.output<typeof parameterSchema>;
/** An entry of `populations` as written. */
export type PopulationText = z.output<typeof populationSchema>;
