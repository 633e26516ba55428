/**
 * Whether a person stops a runbook on GitHub: who, why and since when; what is not known of it is empty. `unknown`: GitHub
 * gave no answer.
 */
export type Hold =
  | { readonly kind: "held"; readonly who: string; readonly why: string; readonly since: string }
  | { readonly kind: "free" }
  | { readonly kind: "unknown" };

/** What a run has to itself while it writes a cell; instants in ISO 8601. It is renewed, or ends by itself. */
export type CellLease = {
  readonly processor: string;
  readonly periods: readonly string[];
  readonly runId: string;
  /** Who works, as other people are told. */
  readonly holder: string;
  readonly takenAt: string;
  readonly expiresAt: string;
};

/** Why something of a runbook does not start or has to wait; no `hold`: nobody asked GitHub. */
export type Locks = { readonly hold?: Hold; readonly leases: readonly CellLease[] };

const mostLeases = 20;

/** What people read of them: a line each, none where nothing waits. */
export function lockLines(runbook: string, { hold, leases }: Locks): readonly string[] {
  const shown = leases.slice(0, mostLeases).map(leaseLine);
  const more = leases.length - shown.length;
  return [
    ...(hold === undefined ? [] : holdLines(runbook, hold)),
    ...shown,
    ...(more > 0 ? [`${more} more cells are being written`] : []),
  ];
}

function holdLines(runbook: string, hold: Hold): readonly string[] {
  if (hold.kind === "free") return [];
  if (hold.kind === "unknown") return [`Whether somebody holds ${runbook} on GitHub is not known`];
  const { who, why, since } = hold;
  const by = who === "" ? "Somebody" : who;
  const from = since === "" ? "" : ` since ${since}`;
  const because = why === "" ? "" : `: ${why}`;
  return [
    `${by} holds ${runbook} on GitHub${from}${because}; nothing of it starts there until it is released`,
  ];
}

function leaseLine({ processor, periods, runId, holder, takenAt, expiresAt }: CellLease): string {
  return `Run ${runId} writes ${processor} ${periods.join(", ")} since ${takenAt}, renewed or over by ${expiresAt}: ${holder}`;
}
