import { z } from "zod";
import { exactNumber, filePath, ownFolder, sentence, sqlName, tableName } from "./value-schemas.ts";

/** How raw tables come into being: DuckDB statements run in order in one transaction. */
export const ingestSchema = z.strictObject({
  from: ownFolder
    .optional()
    .describe(
      "Folder of the files unless --from names one; `run` loads from it the first time and when they change",
    ),
  prelude: filePath.optional().describe("Statements that run first"),
  files: z
    .record(
      sqlName,
      z.strictObject({
        path: filePath.describe(
          "File in the folder: Parquet, CSV or NDJSON by its ending; * stands for any part of a name, ** for any folders",
        ),
        columns: z.array(sentence).default([]).describe("Columns that it must have"),
      }),
    )
    .default({})
    .describe("Files by name, each readable as file_<name>"),
  parameters: z
    .record(sqlName, z.union([exactNumber, z.string()]))
    .default({})
    .describe("Values for @name"),
  steps: z
    .array(
      z
        .strictObject({
          source: tableName.optional().describe("Source whose whole content the statement returns"),
          scratch: sqlName.optional().describe("Temporary table that later steps read"),
          sql: filePath.describe("The statement"),
        })
        .refine(
          ({ source, scratch }) => (source === undefined) !== (scratch === undefined),
          "expected either `source` or `scratch`",
        ),
    )
    .min(1)
    .describe("Statements in order"),
  checks: z
    .array(
      z.strictObject({
        name: sentence.describe("What is checked"),
        level: z.enum(["stop", "report"]).describe("`stop` undoes the load"),
        sql: filePath.describe("Statement that returns rows (finding, occurrences)"),
      }),
    )
    .default([])
    .describe("Checks of what was made"),
});

/** `load` or `sample` as written. */
export type IngestText = z.output<typeof ingestSchema>;
