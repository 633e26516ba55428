import type { RecordedFilling } from "../domain/source-origin.ts";
import { countLoadFiles } from "../run/load-files.ts";
import type { Ingest } from "../runbook/ingest.ts";

/** Where the rows of an ingest come from, for the ledger: the files of a folder, or a sample drawn by a seed. */
export async function fillingOrigin(
  ingest: Ingest,
  {
    from,
    isFetched,
    seed = ingest.parameters["seed"],
  }: {
    readonly from: string | undefined;
    /** Whether its command has fetched them. */
    readonly isFetched: boolean;
    readonly seed?: number | bigint | string | undefined;
  },
): Promise<Omit<RecordedFilling, "at">> {
  if (from === undefined) return seed === undefined ? {} : { seed: String(seed) };
  const files = await countLoadFiles(from, ingest);
  const fetch = isFetched ? ingest.fetch?.argv.join(" ") : undefined;
  return { folder: from, files, ...(fetch === undefined ? {} : { fetch }) };
}
