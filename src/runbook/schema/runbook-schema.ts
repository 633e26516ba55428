import { z } from "zod";
import { dateOrders } from "../../domain/date-order.ts";
import { parseCalendarDate } from "../../domain/calendar-date.ts";
import { isInt64 } from "../../domain/column.ts";
import { periodSchema, shortCalendarSchema } from "./calendar-schema.ts";
import { ingestSchema } from "./ingest-schema.ts";
import { jobsSchema } from "./jobs-schema.ts";
import { keepSchema } from "./keep-schema.ts";
import { limitsSchema } from "./limits-schema.ts";
import { commandSchema, conditionSchema, expectationSchema, orderSchema } from "./plan-schema.ts";
import {
  budgetSchema,
  categorySchema,
  causeSchema,
  gateSchema,
  recoveryRuleSchema,
} from "./policy-schema.ts";
import { shortProcessorSchema } from "./processor-schema.ts";
import { watcherSchema, webhookSchema } from "./notice-schema.ts";
import { tableReadSchema } from "./read-schema.ts";
import { shortSourceSchema } from "./source-schema.ts";
import {
  exactNumber,
  exactValue,
  filePath,
  identifier,
  ownAddress,
  positiveCount,
  sentence,
  slug,
  sqlName,
} from "./value-schemas.ts";

/** A value that steps read as `@name`. */
export const parameterSchema = z
  .strictObject({
    type: z.enum(["int64", "float64", "string", "date"]).describe("Type of the value"),
    value: z.union([exactNumber, z.string()]).describe("The value"),
    description: sentence.describe("What it means"),
  })
  .refine(fitsType, { error: "expected a value of the type", path: ["value"] })
  .transform(({ value, ...parameter }) => ({ ...parameter, value: exactValue(value) }));

/** Who must have an outcome on a date. */
const populationSchema = z.strictObject({
  title: sentence.describe("Name for people"),
  sql: filePath.describe("Statement that returns exactly (analysis_date, entity_id), or `key` for entity_id"),
  key: z
    .array(sqlName)
    .min(1)
    .optional()
    .describe("Columns of the statement instead of entity_id: the entity's key"),
  reads: z
    .array(tableReadSchema)
    .describe(
      "Tables that the statement reads besides the calendar; on the date itself unless a window is given",
    ),
  capacity: positiveCount.optional().describe("Most members that a date can have"),
});

/** A population as the linter takes it: without a statement nobody can be counted. */
export const populationDraftSchema = populationSchema.partial({ sql: true, reads: true });

/** The title of a phase. */
export const phaseSchema = sentence;

const phaseNumber = z.string().regex(/^\d+$/, "expected a whole number");

const identityShape = {
  name: slug.describe("Name of the runbook and of its folder"),
  title: sentence.describe("Name for people"),
  description: sentence.describe("One sentence for people who have never seen it"),
  owner: sentence.describe("Who answers for it"),
  "time-zone": sentence.describe("IANA zone in which the dates are days"),
  "date-order": z
    .enum(dateOrders)
    .optional()
    .describe(
      "Which dates come first where dependencies and gates leave a choice; without it processors come one after the other",
    ),
  ledger: sqlName.describe("Dataset of the ledger tables"),
  warehouse: ownAddress
    .optional()
    .describe("Address of the warehouse where neither --warehouse nor CASCADE_WAREHOUSE names one"),
};

const anyList = z.array(z.unknown());
const fileOrMapping = z.union([filePath, z.record(z.string(), z.unknown())]);

/** The runbook with its sections unread: which sections there are, and whether each is a list or a mapping. */
export const frameSchema = z.strictObject({
  ...identityShape,
  watchers: anyList.optional(),
  notify: anyList.optional(),
  parameters: z.record(sqlName, z.unknown()).optional(),
  calendar: z.record(z.string(), z.unknown()).optional(),
  periods: anyList.optional(),
  phases: z.record(phaseNumber, z.unknown()),
  categories: z.record(identifier, z.unknown()),
  populations: z.record(identifier, z.unknown()).optional(),
  sources: anyList,
  processors: anyList.min(1, "expected at least one"),
  budgets: anyList.optional(),
  gates: anyList.optional(),
  recovery: anyList.optional(),
  causes: anyList.optional(),
  expectations: anyList.optional(),
  accept: anyList.optional(),
  retry: anyList.optional(),
  order: anyList.optional(),
  commands: anyList.optional(),
  jobs: z.record(z.string(), z.unknown()).optional(),
  limits: z.record(z.string(), z.unknown()).optional(),
  keep: z.record(z.string(), z.unknown()).optional(),
  load: fileOrMapping.optional(),
  sample: fileOrMapping.optional(),
});

/** The whole of runbook.yml as people may write it, for editors. */
export const runbookSchema = z.strictObject({
  ...z.strictObject(identityShape).partial().required({ name: true }).shape,
  watchers: z
    .array(watcherSchema)
    .optional()
    .describe("Who is called on GitHub, beside an owner written as `@name`, when a report turns red"),
  notify: z
    .array(webhookSchema)
    .optional()
    .describe("Webhooks that are told once when the verdict of a report on GitHub changes"),
  parameters: z.record(sqlName, parameterSchema).optional().describe("Values that steps read as @name"),
  calendar: shortCalendarSchema.optional().describe("The dates that must exist"),
  periods: z.array(periodSchema).optional().describe("Named dates; the others form the period `none`"),
  phases: z.record(phaseNumber, phaseSchema).optional().describe("Titles of the phases by number"),
  categories: z
    .record(identifier, categorySchema)
    .optional()
    .describe("Why an entity may have no row: a closed list"),
  populations: z
    .record(identifier, populationSchema)
    .optional()
    .describe("Who must have an outcome on a date"),
  sources: z
    .array(z.union([filePath, shortSourceSchema]))
    .describe("Tables that others write, here or in files"),
  processors: z
    .array(z.union([filePath, shortProcessorSchema]))
    .describe("Tables that are computed, here or in files"),
  budgets: z.array(budgetSchema).optional().describe("What periods expect of processors"),
  gates: z.array(gateSchema).optional().describe("Checks in the order in which `run` makes them"),
  recovery: z.array(recoveryRuleSchema).optional().describe("Decisions; the first rule that matches holds"),
  expectations: z.array(expectationSchema).optional().describe("Tables of what a plan expects, for `lint`"),
  accept: z.array(conditionSchema).optional().describe("What a plan accepts without retry, for `lint`"),
  retry: z.array(conditionSchema).optional().describe("What a plan runs again, for `lint`"),
  order: z.array(orderSchema).optional().describe("The order that a plan tells in words, for `lint`"),
  commands: z.array(commandSchema).optional().describe("Commands that a plan gives to run again, for `lint`"),
  causes: z.array(causeSchema).optional().describe("Evidence about rates that are exceeded"),
  jobs: jobsSchema.optional().describe("What the jobs of its compiled workflows are like"),
  keep: keepSchema
    .optional()
    .describe("Keeps what runs replace, on DuckDB, so that `revert` can bring it back"),
  limits: limitsSchema
    .optional()
    .describe("What statements may take where a warehouse bills them, on BigQuery"),
  load: z.union([filePath, ingestSchema]).optional().describe("How `load` fills the sources"),
  sample: z.union([filePath, ingestSchema]).optional().describe("How `sample` fills the sources"),
});

function fitsType({
  type,
  value,
}: {
  readonly type: string;
  readonly value: number | bigint | string;
}): boolean {
  if (type === "int64") return typeof value !== "string" && isInt64(value);
  if (type === "float64") return typeof value !== "string";
  return typeof value === "string" && (type !== "date" || parseCalendarDate(value) !== undefined);
}

/** An entry of `parameters` as written. */
export type ParameterText = z.output<typeof parameterSchema>;
/** An entry of `populations` as written. */
export type PopulationText = z.output<typeof populationDraftSchema>;
