import type { Manifest } from "../../../src/github/state/manifest.ts";

/** The manifest of a state of the shop, whose files are listed when they are written. */
export const shopState: Omit<Manifest, "files"> = {
  kind: "state",
  id: "shop",
  runId: "gh-1-1",
  attempt: 1,
  commit: "c",
  runbook: "r",
  dates: [],
  isComplete: true,
};
