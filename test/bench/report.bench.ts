import { buildModel } from "../../src/report/build-model.ts";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { renderJson } from "../../src/report/render-json.ts";
import { renderTerminal } from "../../src/report/terminal/render-terminal.ts";
import { reportFacts } from "../report/small-report.ts";
import type { Measurement } from "./plan.bench.ts";

/** Builds and renders, in every form, a year of 50 processors in which most days have failures. */
export function benchReport(): Measurement {
  const facts = reportFacts({ processors: 50, days: 365, failing: (id, index) => (id.length + index) % 4 });
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const model = buildModel(facts);
  const sizes = [
    renderHtml(model),
    renderMarkdown(model),
    renderMarkdown(model, "summary"),
    renderJson(model),
    renderTerminal(model, { width: 100, paint: (_, text) => text }),
  ].map(({ length }) => length);
  const seconds = (performance.now() - start) / 1000;
  if (sizes.some((size) => size === 0)) throw new Error("A report is empty");
  const peakMb = process.resourceUsage().maxRSS / 1024 - before / 1024 / 1024;
  return { name: `report ${model.tally.partitions} partitions`, seconds, peakMb };
}

if (import.meta.main) console.log(benchReport());
