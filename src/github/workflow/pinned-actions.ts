/** A third-party action at a commit; `version` is the release that the commit is. */
export type PinnedAction = { readonly name: string; readonly sha: string; readonly version: string };

/** Every third-party action that a compiled workflow may use. */
export const pinnedActions = {
  checkout: {
    name: "actions/checkout",
    sha: "de0fac2e4500dabe0009e67214ff5f5447ce83dd",
    version: "v6.0.2",
  },
  setupNode: {
    name: "actions/setup-node",
    sha: "53b83947a5a98c8d113130e565377fae1a50d02f",
    version: "v6.3.0",
  },
  googleAuth: {
    name: "google-github-actions/auth",
    sha: "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
    version: "v3.0.0",
  },
} as const satisfies Record<string, PinnedAction>;

/** How a step names an action: `owner/name@sha`. */
export function usesOf({ name, sha }: PinnedAction): string {
  return `${name}@${sha}`;
}

/** The version behind a `uses`, for the comment beside it; undefined for local actions. */
export function versionOf(uses: string): string | undefined {
  return Object.values(pinnedActions).find((action) => usesOf(action) === uses)?.version;
}
