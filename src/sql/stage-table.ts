import { parseTableId, type TableId } from "../domain/table-id.ts";

/** Name of a staging table in a ledger dataset begins with this; such tables expire by themselves. */
const stagePrefix = "_cascade_stage_";

/** A table of the ledger's dataset that an attempt stages in, where temporary tables are seen by one job only. */
export function stageTable({ ledger, token }: { readonly ledger: string; readonly token: string }): TableId {
  const table = parseTableId(`${ledger}.${stagePrefix}${token.replaceAll(/\W/g, "_")}`);
  if (table === undefined) throw new Error(`"${ledger}" is no dataset name`);
  return table;
}
