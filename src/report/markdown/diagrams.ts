import type { ReportModel } from "../model.ts";
import { chartedRates, rateChart } from "./rate-chart.ts";
import { cascadeGraph, type Diagram } from "./mermaid-graph.ts";

/** The cascade and the worst failure rate as pictures; each only repeats what a table says. */
export function renderDiagrams(model: ReportModel): string {
  const rates = chartedRates(model);
  return [
    renderDiagram("### Cascade", cascadeGraph(model)),
    renderDiagram("### Failure rate by day", rates === undefined ? undefined : rateChart(rates)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function renderDiagram(title: string, diagram: Diagram | undefined): string {
  if (diagram === undefined) return "";
  const block = `${title}\n\n\`\`\`mermaid\n${diagram.text}\n\`\`\``;
  return diagram.note === "" ? block : `${block}\n\n${diagram.note}`;
}
