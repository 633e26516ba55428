import type { JobSession } from "./job-session.ts";

/** Ends a running step when its time is over or its job is cancelled. */
export type Stopwatch = Disposable & {
  readonly signal: AbortSignal;
  readonly stoppedBy: () => "cancellation" | "timeout" | undefined;
};

/** Watches over a step that starts now. A step that starts after a cancellation (`always()`) is left to run. */
export function openStopwatch(session: JobSession, minutes: number): Stopwatch {
  const stop = new AbortController();
  const cancellation = session.cancellation.signal;
  let reason: "cancellation" | "timeout" | undefined;
  function end(by: "cancellation" | "timeout"): void {
    reason ??= by;
    stop.abort();
  }
  function cancel(): void {
    end("cancellation");
  }
  if (!cancellation.aborted) cancellation.addEventListener("abort", cancel, { once: true });
  const timer = startTimer(session, minutes, () => end("timeout"));
  return {
    signal: stop.signal,
    stoppedBy: () => reason,
    [Symbol.dispose]() {
      clearTimeout(timer);
      cancellation.removeEventListener("abort", cancel);
    },
  };
}

/** Calls back when so many minutes of the run have passed; never for an infinite number. */
export function startTimer(
  { effects }: Pick<JobSession, "effects">,
  minutes: number,
  onEnd: () => void,
): NodeJS.Timeout | undefined {
  if (!Number.isFinite(minutes)) return undefined;
  return setTimeout(onEnd, minutes * (effects.minuteMs ?? 60_000));
}
