import { cp } from "node:fs/promises";
import { basename } from "node:path";

/** What a clone does not bring along. */
const notCommitted = new Set(["node_modules", ".git", ".cascade", "out"]);

/** Copies the files of a checkout into a workspace, as a fresh clone would hold them. */
export async function copyCheckout(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (source) => !notCommitted.has(basename(source)) });
}
