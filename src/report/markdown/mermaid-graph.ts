import type { ReportModel } from "../model.ts";
import { processorStates, type ProcessorState, type StateTone } from "../processor-state.ts";
import { escapeMermaid, joinMermaid, mermaid, type Mermaid } from "../text/mermaid-text.ts";
import { cutText } from "../text/clean-text.ts";

const mostEdges = 200;
const mostCharacters = 20_000;
const styles: readonly Mermaid[] = [
  mermaid`  classDef good fill:#dafbe1,stroke:#1a7f37,color:#0a3716`,
  mermaid`  classDef careful fill:#fff8c5,stroke:#9a6700,color:#3b2300`,
  mermaid`  classDef bad fill:#ffebe9,stroke:#cf222e,color:#4c0014,stroke-width:3px`,
  mermaid`  classDef idle fill:#f6f8fa,stroke:#59636e,color:#1f2328`,
];

/** A diagram and what its reader has to know about it; the note is empty when the diagram is whole. */
export type Diagram = { readonly text: Mermaid; readonly note: string };

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

function processorGraph(model: ReportModel, states: ReadonlyMap<string, ProcessorState>): Mermaid {
  const { processors, phases } = model;
  const blocks = phases.flatMap(({ number, title }) => [
    mermaid`  subgraph phase${number}["${escapeMermaid(`Phase ${number} ${title}`)}"]`,
    ...processors.flatMap(({ id, phase }, index) =>
      phase === number
        ? [
            mermaid`    n${index}["${labelOf(id, states.get(id))}"]:::${escapeMermaid(toneOf(states.get(id)))}`,
          ]
        : [],
    ),
    mermaid`  end`,
  ]);
  const edges = edgesOf(model).map(({ from, to }) => mermaid`  n${from} --> n${to}`);
  return joinMermaid([mermaid`flowchart LR`, ...blocks, ...edges, ...styles], "\n");
}

function phaseGraph(model: ReportModel, states: ReadonlyMap<string, ProcessorState>): Mermaid {
  const nodes = model.phases.map(({ number, title }) => {
    const own = model.processors.filter(({ phase }) => phase === number);
    const tones = own.map(({ id }) => toneOf(states.get(id)));
    const worst = (["bad", "careful", "good"] as const).find((tone) => tones.includes(tone)) ?? "idle";
    const good = tones.filter((tone) => tone === "good").length;
    const label = escapeMermaid(`Phase ${number} ${title}`);
    return mermaid`  p${number}["${label}: ${good} of ${own.length} good"]:::${escapeMermaid(worst)}`;
  });
  const phaseAt = model.processors.map(({ phase }) => phase);
  const pairs = edgesOf(model).map(({ from, to }) => [phaseAt[from], phaseAt[to]] as const);
  const lines = pairs
    .filter(([from, to]) => from !== to)
    .map(([from = 0, to = 0]) => mermaid`  p${from} --> p${to}`);
  return joinMermaid([mermaid`flowchart LR`, ...nodes, ...new Set(lines), ...styles], "\n");
}

function labelOf(id: string, state: ProcessorState | undefined): Mermaid {
  return escapeMermaid(`${cutText(id, 16)}, ${state?.word ?? "unknown"}`);
}

function toneOf(state: ProcessorState | undefined): StateTone {
  return state?.tone ?? "idle";
}
