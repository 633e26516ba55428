/** The files of a new runbook by their paths in its folder. */
export type StarterFiles = ReadonlyMap<string, string>;

/** The name of a dataset that belongs to a runbook: `my-shop` and `raw` make `my_shop_raw`. */
export function datasetFor(name: string, suffix: string): string {
  return `${name.replaceAll("-", "_")}_${suffix}`;
}

/** Whether a runbook can be called so: its ledger is a dataset of the name. */
export function isRunbookName(name: string): boolean {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name);
}
