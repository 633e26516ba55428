import type { Dialect, StageNames } from "./dialect.ts";
import type { FailureCategory, Processor } from "../runbook/runbook.ts";
import { checkStage } from "./check-stage.ts";
import { stageContent } from "./replace-partitions.ts";

/**
 * What a stage holds and what breaks its contract, in one statement: a row per date with an empty finding, as
 * `stageContent` gives it, and a row per (date, finding), as `checkStage` gives it.
 */
export function readStage(
  dialect: Dialect,
  names: StageNames,
  { processor, categories }: { processor: Processor; categories: readonly FailureCategory[] },
): string {
  return `select
  analysis_date, '' as finding, 0 as occurrences, '' as example,
  row_count, rows_version, failure_count, failures_version
from (
${stageContent(dialect, names, processor)}
) as content
union all
select analysis_date, finding, occurrences, example, 0, '', 0, ''
from (
${checkStage(dialect, names, { processor, categories })}
) as violation
order by 1, 2`;
}
