import type { CalendarDate } from "../domain/calendar-date.ts";
import { fingerprintText, versionText, type AttemptRow } from "../ledger/append-attempts.ts";
import { readEarlierCommits } from "../ledger/read-earlier.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { StageNames } from "../sql/dialect.ts";
import { rewrittenValue } from "../sql/rewritten-value.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Knowledge } from "./classify-dates.ts";
import type { RunEffects } from "./run-event.ts";

/** How a finding of equal inputs that gave other content begins. */
export const notDeterministic = "not-deterministic";

const exampleShape = {
  entity: typed.nullable(typed.text),
  field: typed.text,
  was: typed.nullable(typed.text),
  now: typed.nullable(typed.text),
  occurrences: typed.count,
};

type Staging = {
  readonly runbook: Runbook;
  readonly knowledge: Knowledge;
  readonly processor: Processor;
  readonly names: StageNames;
  readonly effects: Pick<RunEffects, "redact">;
};

/**
 * Dates that are about to be committed with other content than an earlier commit of the same definition and inputs gave,
 * each with what differs. An example is named where the table still holds rows to compare with. Nothing is asked where
 * nothing was ever attempted.
 */
export async function findNotDeterministic(
  warehouse: Warehouse,
  staging: Staging,
  rows: readonly AttemptRow[],
): Promise<ReadonlyMap<CalendarDate, string>> {
  const { runbook, knowledge, processor } = staging;
  const attempted = knowledge.state.ledger.get(processor.id);
  const again = rows.filter(({ date }) => attempted?.has(date) === true);
  if (again.length === 0) return new Map();
  const earlier = await readEarlierCommits(warehouse, {
    ledger: runbook.ledger,
    processor: processor.id,
    dates: again.map(({ date }) => date),
  });
  const others = again.filter((row) =>
    earlier.some(
      ({ date, inputFingerprint, version }) =>
        date === row.date &&
        inputFingerprint === fingerprintText(row) &&
        version !== versionText(row) &&
        isHashedAlike(version, warehouse.hashTag),
    ),
  );
  const found = new Map<CalendarDate, string>();
  for (const { date } of others) found.set(date, await earlierContentText(warehouse, staging, date));
  return found;
}

/** Whether all parts of a recorded version are of one algorithm; a part that holds nothing has none. */
function isHashedAlike(version: string, tag: string): boolean {
  return version.split("+").every((part) => part === "" || part.startsWith(`${tag}:`));
}

async function earlierContentText(
  warehouse: Warehouse,
  { processor, names, effects }: Staging,
  date: CalendarDate,
): Promise<string> {
  const [example] = await queryRows(
    warehouse,
    {
      sql: rewrittenValue(warehouse.dialect, names, processor),
      parameters: { date: { type: "date", value: date } },
      purpose: `compare ${processor.id} ${date} with what it was`,
    },
    exampleShape,
  );
  const gave = `${notDeterministic}: the same definition and inputs gave other content before`;
  if (example === undefined) return gave;
  const { entity, field, was, now, occurrences } = example;
  const more = occurrences > 1 ? `, ${occurrences} rows differ` : "";
  const values = `${field} was ${was ?? "absent"}, is ${now ?? "absent"}`;
  return effects.redact(`${gave} (first ${entity ?? "NULL"}: ${values}${more})`);
}
