/** What a run knows of the event that started it; the shape of `context` of `@actions/github`. */
export type EventContext = {
  readonly eventName: string;
  readonly ref: string;
  readonly payload: { readonly repository?: Readonly<Record<string, unknown>> | undefined };
};

/** The default branch; a schedule's event may lack the repository, and runs nowhere else. */
export function defaultBranchOf({ eventName, ref, payload }: EventContext): string {
  const named = payload.repository?.["default_branch"];
  if (typeof named === "string") return named;
  return eventName === "schedule" ? ref.replace(/^refs\/heads\//, "") : "";
}
