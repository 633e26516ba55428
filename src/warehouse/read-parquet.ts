import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { floatText, timestampText } from "../domain/fit-value.ts";

/** A Parquet file, where no engine is at hand that reads one. */
export type ParquetFile = {
  readonly columns: readonly string[];
  /** Writes its rows as NDJSON: integers as digits, dates and timestamps as text, what is no number as its name. */
  writeNdjson(path: string): Promise<void>;
};

/** Opens a Parquet file, uncompressed or compressed by snappy, as pandas, Polars with that option and Arrow write it. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } =
    await import("hyparquet");
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  return {
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    async writeNdjson(to) {
      const rows = await parquetReadObjects({ file, metadata, parsers });
      const output = createWriteStream(to);
      for (const row of rows) if (!output.write(`${jsonOf(row)}\n`)) await once(output, "drain");
      output.end();
      await once(output, "close");
    },
  };
}

const dayMs = 86_400_000;

const parsers = {
  timestampFromMilliseconds: (millis: bigint) => instantText(millis * 1_000_000n),
  timestampFromMicroseconds: (micros: bigint) => instantText(micros * 1000n),
  timestampFromNanoseconds: instantText,
  dateFromDays: (days: number) => new Date(days * dayMs).toISOString().slice(0, 10),
};

/** With nine decimals where it is finer than a microsecond, which no column holds. */
function instantText(nanos: bigint): string {
  const fraction = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (nanos - fraction) / 1_000_000_000n;
  const digits = String(fraction).padStart(9, "0");
  return timestampText(Number(seconds) * 1000, digits.endsWith("000") ? digits.slice(0, 6) : digits);
}

function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return floatText(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${jsonOf(part)}`)
    .join(",")}}`;
}
