import type { NamedFinding } from "../gates/acceptance.ts";
import { explainAnswers } from "../gates/gate-descriptions.ts";
import { askGates, openReading } from "../gates/gate-readers.ts";
import type { GateScope } from "../gates/gate-scope.ts";
import { gateKinds } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What gates of every kind find in the tables of a scope that a waiver can accept, by name. */
export async function readNamedFindings(
  warehouse: Warehouse,
  scope: GateScope,
): Promise<readonly NamedFinding[]> {
  const reading = openReading(warehouse, { ...scope, waivers: [] });
  const answers = await askGates(gateKinds, () => reading);
  return explainAnswers(answers).flatMap(({ acceptable }) => acceptable(scope));
}
