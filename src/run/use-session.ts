import type { JobLabels, Warehouse } from "../warehouse/warehouse.ts";

/** Does work in a session of its own, which an abort of the signal interrupts, also one that came before. */
export async function useSession<Result>(
  warehouse: Warehouse,
  { signal, labels }: { readonly signal: AbortSignal; readonly labels?: JobLabels },
  work: (session: Warehouse) => Promise<Result>,
): Promise<Result> {
  await using session = await warehouse.session(labels);
  function interrupt(): void {
    session.interrupt();
  }
  signal.addEventListener("abort", interrupt);
  try {
    if (signal.aborted) interrupt();
    return await work(session);
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
