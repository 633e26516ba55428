import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { renderMarkdown } from "../report/markdown/render-markdown.ts";
import type { ReportModel } from "../report/model.ts";
import { renderJson } from "../report/render-json.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Writes the three files of a report, the page last: who sees it finds the others complete. What draws the page is loaded
 * here, since most runs and reports on a terminal draw none.
 */
export async function writeReport(out: string, model: ReportModel): Promise<void> {
  await mkdir(out, { recursive: true });
  await replaceFile(join(out, "report.json"), renderJson(model));
  await replaceFile(join(out, "report.md"), renderMarkdown(model));
  const { renderHtml } = await import("../report/html/render-html.ts");
  await replaceFile(join(out, "report.html"), renderHtml(model));
}
