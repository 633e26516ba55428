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
import { ownFolderOfLoad } from "../run/load-files.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { openToRead, type CommandContext } from "./command.ts";

/** What a change is planned on; whoever opens it disposes the warehouse. */
export type PreviewGround = {
  /** Undefined where nothing is there to plan on; `origin` says why then. */
  readonly warehouse: Warehouse | undefined;
  /** Where the state comes from, for the page. */
  readonly origin: Markdown;
  /** Whether something is built there, so that verdicts can be judged. */
  readonly isBuilt: boolean;
  /** Why it is not the state that was asked for. */
  readonly warning?: Markdown;
};

/** What raw tables are filled from without a cloud, a secret or a command: files of the repository, or the sample. */
type Rows = { readonly from: string; readonly text: Markdown };

const longestMessage = 400;

/**
 * Opens what a change of a runbook is planned on: the warehouse that is named, where it has something of the runbook; else
 * its state in the folder of states that is named, with raw rows of the repository's files or of its sample; else these
 * rows alone, from nothing.
 */
export async function openGround(context: CommandContext, declared: Runbook): Promise<PreviewGround> {
  const built = await openBuilt(context, declared);
  if (built !== undefined) return built;
  const rows = await rowsOf(declared);
  if (rows === undefined) return { warehouse: undefined, isBuilt: false, origin: whyNoRows(declared) };
  const states = context.options.text("states");
  const on = markup`on ${rows.text}`;
  if (states === undefined) {
    return openRows(context, { declared, rows, said: { origin: markup`State: none, ${on}.` } });
  }
  try {
    const published = await openPublished(context, { declared, rows, states });
    if (published !== undefined) return published;
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const text = escapeMarkdown(cause.message, longestMessage);
    const warning = markup`**Warning** (\`${escapeMarkdown(cause.code)}\`): the published state cannot be used. ${text}`;
    const origin = markup`State: that which was published cannot be used; ${on}.`;
    return openRows(context, { declared, rows, said: { origin, warning } });
  }
  const origin = markup`State: none, no run on the default branch has published one yet; ${on}.`;
  return openRows(context, { declared, rows, said: { origin } });
}

/** In the order in which the plan of a run takes them. A command that fetches files is not run for a change. */
async function rowsOf({ load, sample }: Runbook): Promise<Rows | undefined> {
  if (load?.from !== undefined && load.fetch === undefined) {
    const text = markup`the files of ${escapeMarkdown(load.from, longestMessage)}`;
    return { from: await ownFolderOfLoad(load.from), text };
  }
  return sample === undefined ? undefined : { from: "", text: markup`the sample of the runbook` };
}

function whyNoRows({ load }: Runbook): Markdown {
  const why =
    load?.fetch === undefined
      ? markup`nothing in the repository fills its raw tables`
      : markup`its raw tables are filled from files that a command fetches, which no preview runs`;
  return markup`**Not planned**: ${why}, and it has no \`sample\`. With a \`sample\` it is planned on the newest published state; \`cascade preview --warehouse\` plans it on tables that are there.`;
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
  { declared, rows, states }: { readonly declared: Runbook; readonly rows: Rows; readonly states: string },
): Promise<PreviewGround | undefined> {
  const name = basename(declared.folder);
  const state = await readHandedState(states, name);
  if (state === undefined) return undefined;
  const folders = [handedFolder(states, name), ...foldersOf(rows)];
  const request = { address: workshopAddress, mode: "write", runbook: declared, folders } as const;
  const warehouse = await openWarehouse(effects, request);
  try {
    const { runbook, left } = await fillFromState(warehouse, { declared, state, from: rows.from });
    await createTables(warehouse, runbook);
    await readState(warehouse, runbook, usualRange(runbook));
    return { warehouse, origin: originOfState(state, left), isBuilt: true };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}

async function openRows(
  { effects }: CommandContext,
  {
    declared,
    rows,
    said,
  }: {
    readonly declared: Runbook;
    readonly rows: Rows;
    readonly said: Pick<PreviewGround, "origin" | "warning">;
  },
): Promise<PreviewGround> {
  const request = { address: workshopAddress, mode: "write", runbook: declared } as const;
  const warehouse = await openWarehouse(effects, { ...request, folders: foldersOf(rows) });
  try {
    await fillSources(warehouse, declared, rows.from);
    return { warehouse, isBuilt: false, ...said };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}

function foldersOf({ from }: Rows): readonly string[] {
  return from === "" ? [] : [from];
}
