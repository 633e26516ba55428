import * as node from "node:test";

/** What a file of tests takes from `node:test`. */
type Tests = Pick<typeof node, "after" | "afterEach" | "before" | "beforeEach" | "describe" | "it">;

/**
 * `describe`, `it` and the hooks for tests that need more than Node and npm. Where that is missing, for a reason that the
 * caller gives, nothing of them runs, and every test is counted as skipped for that reason.
 */
export function testsThatNeed(missing: string | false): Tests {
  if (missing === false) return node;
  function skipped(title?: string): Promise<void> {
    return node.it(title ?? "", { skip: missing });
  }
  return { ...node, ...noHooks, it: Object.assign(skipped, node.it) };
}

const noHooks = {
  after: () => undefined,
  afterEach: () => undefined,
  before: () => undefined,
  beforeEach: () => undefined,
};
