import { z } from "zod";
import {
  exactNumber,
  filePath,
  ownFolder,
  positiveCount,
  sentence,
  sqlName,
  tableName,
} from "./value-schemas.ts";

const secretName = z
  .string()
  .regex(
    /^(?!GITHUB_|CASCADE_|ACTIONS_|INPUT_)[A-Z_][A-Z0-9_]*$/,
    "expected the name of a secret: upper-case letters, digits and underscores, and none that GitHub or Cascade sets",
  );

const fetchSchema = z.strictObject({
  command: z
    .array(sentence)
    .min(1)
    .describe("Program and arguments, in the runbook's folder; it writes into the folder CASCADE_FETCH_DIR"),
  secrets: z
    .array(secretName)
    .default([])
    .describe(
      "Variables that it needs; workflows hand over the repository's secrets of these names, to it alone",
    ),
  "timeout-seconds": positiveCount.default(600).describe("Seconds after which the command is stopped"),
});

/** How raw tables come into being: DuckDB statements run in order in one transaction. */
export const ingestSchema = z.strictObject({
  from: ownFolder
    .optional()
    .describe(
      "Folder of the files unless --from names one; `run` loads from it the first time and when they change",
    ),
  fetch: fetchSchema
    .optional()
    .describe("A command that puts the files into the folder `from` before they are loaded"),
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
