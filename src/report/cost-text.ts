import { formatBytes, formatDollars } from "../domain/format.ts";
import type { ReportModel } from "./model.ts";

/** What the attempts at the dates of the report were billed, and by which price; undefined where nothing is billed. */
export function costText({ cost }: Pick<ReportModel, "cost">): string | undefined {
  if (cost === undefined) return undefined;
  const { bytes, dollars, dollarsPerTebibyte } = cost;
  return `${formatBytes(bytes)} billed, ${formatDollars(dollars)} at ${formatDollars(dollarsPerTebibyte)} per TiB on demand`;
}
