import { reportSchema, type ReportModel } from "./model.ts";

/** The report as JSON text, one line per partition series and the like; `parseReport` reads it back. */
export function renderJson(model: ReportModel): string {
  const parts = Object.entries(model).map(([key, value]) => `${JSON.stringify(key)}: ${valueText(value)}`);
  return `{\n${parts.join(",\n")}\n}\n`;
}

/** A report from its JSON text; undefined when it is none, or of another schema. */
export function parseReport(text: string): ReportModel | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isReport =
      typeof value === "object" && value !== null && "schema" in value && value.schema === reportSchema;
    return isReport ? (value as ReportModel) : undefined;
  } catch {
    return undefined;
  }
}

/** Lists of objects one to a line, so that two reports can be compared line by line. */
function valueText(value: unknown): string {
  if (!Array.isArray(value) || !value.some((item) => typeof item === "object")) return JSON.stringify(value);
  return `[\n${value.map((item) => JSON.stringify(item)).join(",\n")}\n]`;
}
