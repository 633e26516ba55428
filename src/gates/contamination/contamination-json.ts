import type { ContaminationTable } from "./contamination-table.ts";
import { isDoubtful, type Taint } from "./taint.ts";

/**
 * What `contamination --json` prints: per table one entry over the range for every field, and one per date that is not
 * clean; partitions that cannot be trusted, each with the reason.
 */
export function contaminationJson(tables: readonly ContaminationTable[], taints: readonly Taint[]): object {
  return {
    tables: tables.map(({ table, phase, status, fields, messages }) => ({
      table,
      phase,
      status,
      fields: fields.map(({ field, date, rows, invalid, status: ofField, detector, detail }) => {
        const found = ofField === "clean" ? {} : { detail };
        return {
          field,
          ...(date === undefined ? {} : { date }),
          rows,
          invalid,
          status: ofField,
          detector,
          ...found,
        };
      }),
      ...(messages.length > 0 ? { messages } : {}),
    })),
    tainted: taints.map(({ processor, date, because, causes }) => ({
      processor,
      date,
      because,
      ...(isDoubtful({ causes }) ? { mayDepend: true } : {}),
    })),
  };
}
