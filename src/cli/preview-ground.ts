import { basename } from "node:path";
import { workshopAddress } from "../engines/engine-table.ts";
import { Fault } from "../errors.ts";
import { fillFromState } from "../github/state/fill-from-state.ts";
import { handedFolder, readHandedState } from "../github/state/handed-states.ts";
import { originOfState } from "../github/state/state-origin.ts";
import { createTables } from "../ledger/create-tables.ts";
import { readState } from "../ledger/read-state.ts";
import { fillSources } from "../operations/fill-sources.ts";
import { usualRange } from "../plan/calendar/selected-range.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { escapeMarkdown, markup, type Markdown } from "../report/text/markdown-text.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { openToRead, type CommandContext } from "./command.ts";

/** What a change is planned on; whoever opens it disposes the warehouse. */
export type PreviewGround = {
  readonly warehouse: Warehouse;
  /** Where the state comes from, for the page. */
  readonly origin: Markdown;
  /** Whether something is built there, so that verdicts can be judged. */
  readonly isBuilt: boolean;
  /** Why it is not the state that was asked for. */
  readonly warning?: Markdown;
};

const longestMessage = 400;

/**
 * Opens what a change of a runbook is planned on: the warehouse that is named, where it has something of the runbook; else
 * its state in the folder of states that is named; else its sample, from nothing. Undefined when it has no sample.
 */
export async function openGround(
  context: CommandContext,
  declared: Runbook,
): Promise<PreviewGround | undefined> {
  const built = await openBuilt(context, declared);
  if (built !== undefined || declared.sample === undefined) return built;
  const states = context.options.text("states");
  if (states === undefined) {
    return openSample(context, declared, { origin: markup`State: none, on the sample of the runbook.` });
  }
  try {
    const published = await openPublished(context, declared, states);
    if (published !== undefined) return published;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const said = escapeMarkdown(cause.message, longestMessage);
    const warning = markup`**Warning** (\`${escapeMarkdown(cause.code)}\`): the published state cannot be used. ${said}`;
    const origin = markup`State: that which was published cannot be used; on the sample of the runbook.`;
    return openSample(context, declared, { origin, warning });
  }
  const origin = markup`State: none, no run on the default branch has published one yet; on the sample of the runbook.`;
  return openSample(context, declared, { origin });
}

/** The warehouse that is named, where it has something of the runbook. */
async function openBuilt(context: CommandContext, runbook: Runbook): Promise<PreviewGround | undefined> {
  if (context.options.text("warehouse") === undefined) return undefined;
  try {
    const warehouse = await openToRead(context, runbook);
    const { ledger } = await readState(warehouse, runbook, usualRange(runbook));
    if ([...ledger.values()].some((dates) => dates.size > 0)) {
      const origin = markup`State: the tables of ${escapeMarkdown(warehouse.address)} as they are.`;
      return { warehouse, origin, isBuilt: true };
    }
    await warehouse[Symbol.asyncDispose]();
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "warehouse-missing") throw cause;
  }
  return undefined;
}

/** The state of a folder of states, read once so that what cannot be read is known here. Faults: artifact-lost, those of the warehouse. */
async function openPublished(
  { effects }: CommandContext,
  declared: Runbook,
  states: string,
): Promise<PreviewGround | undefined> {
  const name = basename(declared.folder);
  const state = await readHandedState(states, name);
  if (state === undefined) return undefined;
  const folders = [handedFolder(states, name)];
  const request = { address: workshopAddress, mode: "write", runbook: declared, folders } as const;
  const warehouse = await openWarehouse(effects, request);
  try {
    const { runbook, left } = await fillFromState(warehouse, { declared, state, from: "" });
    await createTables(warehouse, runbook);
    await readState(warehouse, runbook, usualRange(runbook));
    return { warehouse, origin: originOfState(state, left), isBuilt: true };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}

async function openSample(
  { effects }: CommandContext,
  declared: Runbook,
  said: Pick<PreviewGround, "origin" | "warning">,
): Promise<PreviewGround> {
  const request = { address: workshopAddress, mode: "write", runbook: declared } as const;
  const warehouse = await openWarehouse(effects, request);
  try {
    await fillSources(warehouse, declared, "");
    return { warehouse, isBuilt: false, ...said };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}
