import type { Template } from "./template.ts";

/** Access by permission name, `contents` to `write` for instance. */
export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

/** A workflow file; parts that may hold expressions are kept as templates. */
export type Workflow = {
  readonly path: string;
  readonly name: string;
  readonly on: Template | undefined;
  readonly env: Template | undefined;
  readonly permissions: Permissions | undefined;
  readonly concurrency: Template | undefined;
  readonly shell: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly jobs: readonly Job[];
};

/** A job; `condition` is its `if` with the implicit `success()` written out. */
export type Job = {
  readonly id: string;
  readonly name: Template | undefined;
  readonly needs: readonly string[];
  readonly condition: string;
  readonly env: Template | undefined;
  readonly strategy: Template | undefined;
  readonly outputs: Template | undefined;
  readonly permissions: Permissions | undefined;
  readonly timeoutMinutes: Template | undefined;
  readonly continueOnError: Template | undefined;
  readonly shell: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly steps: readonly Step[];
};

/** A step; it has either `run` or `uses`. */
export type Step = {
  readonly id: string | undefined;
  readonly name: Template | undefined;
  readonly condition: string;
  readonly env: Template | undefined;
  readonly run: Template | undefined;
  readonly uses: string | undefined;
  readonly with: Template | undefined;
  readonly shell: string | undefined;
  readonly workingDirectory: Template | undefined;
  readonly continueOnError: Template | undefined;
  readonly timeoutMinutes: Template | undefined;
};
