/** What GitHub's runner tells every job of a run about it. */
export const jobEnvironment = {
  GITHUB_RUN_ID: "7",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: "c".repeat(40),
  GITHUB_REPOSITORY: "octo/cascade",
  GITHUB_WORKFLOW_REF: "octo/cascade/.github/workflows/backfill-relay.yml@refs/heads/main",
  GITHUB_ACTOR: "octocat",
} as const;
