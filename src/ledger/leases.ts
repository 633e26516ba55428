import type { LeaseStatements, LeaseTables } from "../sql/dialect.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Parameter, Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** What a cell wants to have to itself: a processor in some periods, under a token that no other cell has. */
export type LeaseClaim = {
  readonly ledger: string;
  readonly processor: string;
  readonly periods: readonly string[];
  readonly token: string;
  readonly runId: string;
  /** Who works, as another person is told. */
  readonly holder: string;
  /** From taking or renewal to expiry. */
  readonly termSeconds: number;
};

/** A lease that lives; times as the warehouse prints them. */
export type StandingLease = {
  readonly period: string;
  readonly token: string;
  readonly runId: string;
  readonly holder: string;
  readonly takenAt: string;
  readonly expiresAt: string;
};

const leaseShape = {
  period: typed.text,
  token: typed.text,
  run_id: typed.text,
  holder: typed.text,
  taken_at: typed.text,
  expires_at: typed.text,
};

/** Takes the leases of a claim, all or none; gives every lease that then lives on its periods, own ones included. */
export async function takeLeasesOf(
  warehouse: Warehouse,
  claim: LeaseClaim,
): Promise<readonly StandingLease[]> {
  const statement = {
    sql: leasesOf(warehouse).take(tablesOf(claim)),
    parameters: leaseParameters(claim),
    purpose: `take the lease of ${claim.processor}`,
  };
  return (await queryRows(warehouse, statement, leaseShape)).map(leaseOf);
}

/** Renews the leases of a claim as far as they stand. */
export async function renewLeasesOf(warehouse: Warehouse, claim: LeaseClaim): Promise<void> {
  await execute(warehouse, claim, { sql: leasesOf(warehouse).renew(tablesOf(claim).leases), verb: "renew" });
}

/** Gives the leases of a claim back as far as they stand. */
export async function releaseLeasesOf(warehouse: Warehouse, claim: LeaseClaim): Promise<void> {
  await execute(warehouse, claim, {
    sql: leasesOf(warehouse).release(tablesOf(claim).leases),
    verb: "release",
  });
}

/** A query that gives true while a claim's leases stand, and else the error `lease-lost`; with `leaseParameters`. */
export function standingQuery(warehouse: Warehouse, claim: LeaseClaim): string {
  return leasesOf(warehouse).stands(tablesOf(claim).leases);
}

/** Parameters of statements about a claim. */
export function leaseParameters(claim: LeaseClaim): Readonly<Record<string, Parameter>> {
  return {
    processor_name: { type: "string", value: claim.processor },
    periods: { type: "array<string>", value: claim.periods },
    token: { type: "string", value: claim.token },
    run_id: { type: "string", value: claim.runId },
    holder: { type: "string", value: claim.holder },
    term_seconds: { type: "int64", value: claim.termSeconds },
  };
}

function leasesOf({ dialect, address }: Warehouse): LeaseStatements {
  if (dialect.leases === undefined) throw new Error(`${address} has no leases`);
  return dialect.leases;
}

function tablesOf({ ledger }: LeaseClaim): LeaseTables {
  return leaseTables(ledger);
}

/** The tables of a ledger that leases stand in and are judged by. */
export function leaseTables(ledger: string): LeaseTables {
  return {
    leases: ledgerTable(ledger, "cascade_leases"),
    runs: ledgerTable(ledger, "cascade_runs"),
    partitions: ledgerTable(ledger, "cascade_partitions"),
  };
}

async function execute(
  warehouse: Warehouse,
  claim: LeaseClaim,
  { sql, verb }: { readonly sql: string; readonly verb: string },
): Promise<void> {
  const purpose = `${verb} the lease of ${claim.processor}`;
  await warehouse.execute([{ sql, parameters: leaseParameters(claim), purpose }]);
}

function leaseOf(row: ShapedRow<typeof leaseShape>): StandingLease {
  return {
    period: row.period,
    token: row.token,
    runId: row.run_id,
    holder: row.holder,
    takenAt: row.taken_at,
    expiresAt: row.expires_at,
  };
}
