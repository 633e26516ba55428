/**
 * What an artifact of a run is: the plan, the results of a cell, or a bundle, by the attempt that left it. The results
 * of a gate have such a name too, inside of a bundle.
 */
export type ArtifactName = {
  readonly kind: "plan" | "cell" | "gate" | "bundle";
  /** The cell or gate; `plan` for the plan; of a bundle the barrier, with a gate where that one has a job of its own. */
  readonly id: string;
  readonly attempt: number;
};

/**
 * `SESS-2024-01-01-2024-01-07.a2`, `gate-session-gaps.a1`, `gates-session.bundle.a1`, `plan.a1`: unique in a run, since
 * artifacts never change. Ids of cells, gates and barriers have no dots.
 */
export function artifactName({ kind, id, attempt }: ArtifactName): string {
  if (kind === "bundle") return `${id}${bundleEnd}.a${attempt}`;
  return `${kind === "gate" ? `gate-${id}` : id}.a${attempt}`;
}

const bundleEnd = ".bundle";

/** What the name of an artifact says; undefined for those of others. */
export function parseArtifactName(name: string): ArtifactName | undefined {
  const [, id = "", attempt = ""] = /^(.+)\.a([1-9]\d*)$/.exec(name) ?? [];
  if (id === "" || id === "report" || id === "states" || id.startsWith("state-")) return undefined;
  if (id === "plan") return { kind: "plan", id, attempt: Number(attempt) };
  if (id.endsWith(bundleEnd)) {
    return { kind: "bundle", id: id.slice(0, -bundleEnd.length), attempt: Number(attempt) };
  }
  if (id.startsWith("gate-")) return { kind: "gate", id: id.slice("gate-".length), attempt: Number(attempt) };
  return { kind: "cell", id, attempt: Number(attempt) };
}

/** The name under which a run publishes the state that it leaves. */
export function stateArtifactName(runbook: string, attempt: number): string {
  return `state-${runbook}.a${attempt}`;
}

/** The name under which a command hands a state to the job that plans a pull request. */
export function commandStateName(attempt: number): string {
  return `command-state.a${attempt}`;
}

/** The name under which states are handed to the job that previews a change. */
export function handedStatesName(attempt: number): string {
  return `states.a${attempt}`;
}

/** The name under which a watch keeps what it saw of a runbook. */
export function watchArtifactName(runbook: string, attempt: number): string {
  return `watch-${runbook}.a${attempt}`;
}

/** The name under which an attempt keeps its report. */
export function reportArtifactName(attempt: number): string {
  return `report.a${attempt}`;
}
