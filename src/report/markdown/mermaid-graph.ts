import type { ReportModel } from "../model.ts";
import { processorStates, type ProcessorState, type StateTone } from "../processor-state.ts";
import { escapeMermaid } from "../text/mermaid-text.ts";
import { cutText } from "../text/clean-text.ts";

const mostEdges = 200;
const mostCharacters = 20_000;
const styles: readonly string[] = [
  "classDef good fill:#dafbe1,stroke:#1a7f37,color:#0a3716",
  "classDef careful fill:#fff8c5,stroke:#9a6700,color:#3b2300",
  "classDef bad fill:#ffebe9,stroke:#cf222e,color:#4c0014,stroke-width:3px",
  "classDef idle fill:#f6f8fa,stroke:#59636e,color:#1f2328",
];

/** A diagram and what its reader has to know about it; the note is empty when the diagram is whole. */
export type Diagram = { readonly text: string; readonly note: string };

/** The cascade as a Mermaid flow chart, coloured by status; by phases when it would be too large to be drawn. */
export function cascadeGraph(model: ReportModel): Diagram | undefined {
  if (model.processors.length === 0) return undefined;
  const states = processorStates(model);
  const whole = processorGraph(model, states);
  if (edgesOf(model).length <= mostEdges && whole.length <= mostCharacters) return { text: whole, note: "" };
  const text = phaseGraph(model, states);
  if (text.length > mostCharacters) return undefined;
  const note = `The graph has ${edgesOf(model).length} edges and is drawn by phases; the table lists every processor.`;
  return { text, note };
}

type Edge = { readonly from: number; readonly to: number };

function edgesOf({ processors }: ReportModel): readonly Edge[] {
  const indexes = new Map(processors.map(({ id }, index) => [id, index]));
  return processors.flatMap(({ reads }, to) =>
    reads.flatMap((id) => {
      const from = indexes.get(id);
      return from === undefined ? [] : [{ from, to }];
    }),
  );
}

function processorGraph(model: ReportModel, states: ReadonlyMap<string, ProcessorState>): string {
  const { processors, phases } = model;
  const blocks = phases.flatMap(({ number, title }) => [
    `  subgraph phase${number}["${escapeMermaid(`Phase ${number} ${title}`)}"]`,
    ...processors.flatMap(({ id, phase }, index) =>
      phase === number ? [`    n${index}["${labelOf(id, states.get(id))}"]:::${toneOf(states.get(id))}`] : [],
    ),
    "  end",
  ]);
  const edges = edgesOf(model).map(({ from, to }) => `  n${from} --> n${to}`);
  return ["flowchart LR", ...blocks, ...edges, ...styles.map((style) => `  ${style}`)].join("\n");
}

function phaseGraph(model: ReportModel, states: ReadonlyMap<string, ProcessorState>): string {
  const nodes = model.phases.map(({ number, title }) => {
    const own = model.processors.filter(({ phase }) => phase === number);
    const tones = own.map(({ id }) => toneOf(states.get(id)));
    const worst = (["bad", "careful", "good"] as const).find((tone) => tones.includes(tone)) ?? "idle";
    const good = tones.filter((tone) => tone === "good").length;
    const label = escapeMermaid(`Phase ${number} ${title}`);
    return `  p${number}["${label}: ${good} of ${own.length} good"]:::${worst}`;
  });
  const phaseAt = model.processors.map(({ phase }) => phase);
  const pairs = edgesOf(model).map(({ from, to }) => [phaseAt[from], phaseAt[to]] as const);
  const lines = pairs.filter(([from, to]) => from !== to).map(([from, to]) => `  p${from} --> p${to}`);
  return ["flowchart LR", ...nodes, ...new Set(lines), ...styles.map((style) => `  ${style}`)].join("\n");
}

function labelOf(id: string, state: ProcessorState | undefined): string {
  return escapeMermaid(`${cutText(id, 16)}, ${state?.word ?? "unknown"}`);
}

function toneOf(state: ProcessorState | undefined): StateTone {
  return state?.tone ?? "idle";
}
