import { engines } from "../../engines/engine-table.ts";
import type { Engine, EngineJobs } from "../../engines/engine.ts";
import { expression, ownAction, type Job, type JobScope, type JobStep } from "./job.ts";
import { pinnedActions, usesOf } from "./pinned-actions.ts";

/** As whom a job comes to the cloud: cells write tables; all others read them and write the ledger. */
export type CloudRole = "reader" | "writer";

/**
 * What every job does before its action: the code of the run's commit, Node, the locked packages, what its commands need,
 * and the identity last, so that nothing that is installed has it.
 */
export function setUpSteps(
  { options }: Pick<JobScope, "options">,
  role: CloudRole,
  more: readonly JobStep[] = [],
): readonly JobStep[] {
  const { omits, signIn } = engines[options.warehouse].jobs;
  const without = ["dev", ...omits].map((kind) => `--omit=${kind}`).join(" ");
  return [
    { uses: usesOf(pinnedActions.checkout), with: { "persist-credentials": false } },
    { uses: usesOf(pinnedActions.setupNode), with: { "node-version": 24, cache: "npm" } },
    {
      name: "Install",
      run: `npm ci ${without} --ignore-scripts --no-audit --no-fund`,
    },
    ...more,
    ...(signIn === undefined ? [] : [signInSteps[signIn](role)]),
  ];
}

/** What the runbook says that commands need. */
export function stepsBeforeCommands({ runbook: { jobs } }: JobScope): readonly JobStep[] {
  return (jobs?.steps ?? []).map((step) => {
    if (step.kind === "run") return { run: step.run };
    return { uses: step.uses, ...(Object.keys(step.with).length === 0 ? {} : { with: step.with }) };
  });
}

/** Whether the plan's job fetches the files of the raw tables before it loads them. */
export function fetches({ runbook: { load }, options }: JobScope): boolean {
  return load?.fetch !== undefined && engines[options.warehouse].jobs.tables === "in-artifacts";
}

/** The step that fetches them, and alone sees the secrets that it names. */
export function fetchSteps(scope: JobScope): readonly JobStep[] {
  const { fetch } = scope.runbook.load ?? {};
  if (fetch === undefined || !fetches(scope)) return [];
  const secrets = fetch.secrets.map((name) => [name, expression(`secrets.${name}`)]);
  return [
    {
      name: "Fetch the files",
      // Where a dispatch names the folder of the rows, nothing is fetched.
      if: expression("inputs.from == ''"),
      uses: ownAction(scope, "fetch-files"),
      with: { runbook: scope.runbook.folder },
      ...(secrets.length === 0 ? {} : { env: Object.fromEntries(secrets) }),
    },
  ];
}

/** Inputs that all of our actions share. */
export function actionTarget({ runbook, options }: JobScope): { runbook: string; warehouse: string } {
  return {
    runbook: runbook.folder,
    warehouse: targetOf(engines[options.warehouse]),
  };
}

function targetOf({ name, jobs: { target } }: Engine): string {
  return target.kind === "itself" ? name : `${name}:${expression(`vars.${target.name}`)}`;
}

/** Least permissions of a job that reads code and artifacts, with `more`; an identity only where a cloud is. */
export function permissionsOf(
  { options }: Pick<JobScope, "options">,
  more: Job["permissions"] = {},
): Job["permissions"] {
  const identity =
    engines[options.warehouse].jobs.signIn === undefined ? {} : ({ "id-token": "write" } as const);
  return { contents: "read", actions: "read", ...more, ...identity };
}

/** How a job comes by short-lived credentials; no key is stored anywhere. */
const signInSteps: Record<NonNullable<EngineJobs["signIn"]>, (role: CloudRole) => JobStep> = {
  "google-cloud": signInToGoogleCloud,
};

function signInToGoogleCloud(role: CloudRole): JobStep {
  return {
    name: "Sign in to Google Cloud",
    uses: usesOf(pinnedActions.googleAuth),
    with: {
      workload_identity_provider: expression("vars.CASCADE_IDENTITY_PROVIDER"),
      service_account: expression(`vars.CASCADE_${role.toUpperCase()}`),
    },
  };
}
