import { withinBox } from "./fact-boxes.ts";
import type { PolicyFinding } from "../problem.ts";
import type { PolicyModel } from "./policy-model.ts";
import { nothingElseWrong } from "./prove-recovery.ts";

/** Whether the closed list of categories has a word for all that may happen, and each of them a use and an end. */
export function* lintCategories(model: PolicyModel): Iterable<PolicyFinding> {
  yield* lintKinds(model);
  yield* lintUse(model);
  yield* lintDecision(model);
  yield* lintReruns(model);
}

/** An entity that legitimately has no row, one that a defect has kept from its row, and a whole date that cannot be. */
function* lintKinds({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const { categories, identity } = declaration;
  const values = categories.map(({ value }) => value);
  const missing = [
    ...(values.some(({ level, retryable }) => level === "entity" && !retryable)
      ? []
      : ["an entity that rightly has no row (entity, not retryable)"]),
    ...(values.some(({ level, retryable }) => level === "entity" && retryable)
      ? []
      : ["an entity without its row by a defect (entity, retryable)"]),
    ...(values.some(({ level }) => level === "date")
      ? []
      : ["a whole date that is put off, excused or blocked (level: date)"]),
  ];
  for (const kind of missing) {
    yield {
      rule: "categories-not-exhaustive",
      place: identity.atKey("categories"),
      message: `No category stands for ${kind}`,
      hint: "add one: an absence without a category is untracked",
    };
  }
}

function* lintUse({ declaration, cases }: PolicyModel): Iterable<PolicyFinding> {
  const { budgets, recovery, categories } = declaration;
  if (budgets.length === 0) return;
  const used = new Set([
    ...budgets.flatMap(({ value }) => value.allowed),
    ...recovery.flatMap(({ value }) => value.when.category ?? []),
    ...cases.flatMap((one) => one.categories ?? []),
  ]);
  for (const { name, value, atKey } of categories) {
    if (value["zero-budget"] || used.has(name)) continue;
    yield {
      rule: "category-nobody-may-use",
      place: atKey(),
      message: `No budget allows "${name}" and no rule names it`,
      hint: "allow it in a budget, make it `zero-budget`, or remove it",
    };
  }
}

/** Some rule of the tree that says something decides a category of entities on a date with nothing else wrong. */
function* lintDecision({ declaration, tree }: PolicyModel): Iterable<PolicyFinding> {
  if (tree.branches.length === 0) return;
  for (const { name, value, atKey } of declaration.categories) {
    const condition = { ...nothingElseWrong, category: [name], rate: ["within"] };
    const deciding = tree.branches.filter(({ boxes }) =>
      boxes.some((box) => withinBox(box, condition) !== undefined),
    );
    const isDecided = deciding.some(({ rule }) =>
      Object.values(rule.when).some((facts) => facts !== undefined),
    );
    if (value.level === "date" || isDecided) continue;
    yield {
      rule: "category-without-action",
      place: atKey(),
      message: `No rule decides about "${name}"${deciding.length === 0 ? "" : ` but "${deciding[0]?.rule.id}", which is for everything else`}`,
      hint: "add a recovery rule that names it",
    };
  }
}

/** Where nothing but failures of the category is wrong, or nothing at all, running again gives the same. */
function* lintReruns({ declaration, tree }: PolicyModel): Iterable<PolicyFinding> {
  const nonRetryable = declaration.categories.filter(({ value }) => !value.retryable);
  const final = [...nonRetryable.map(({ name }) => name), "none"];
  for (const { rule, boxes } of tree.branches) {
    if (rule.decision !== "rerun" && rule.decision !== "backfill-upstream-first") continue;
    const hit = final.filter((category) =>
      boxes.some((box) => withinBox(box, { ...nothingElseWrong, category: [category] }) !== undefined),
    );
    if (hit.length === 0) continue;
    yield {
      rule: "tree-reruns-non-retryable",
      place: rule.entry.at(),
      message: `"${rule.id}" runs a date again for ${hit.map((name) => (name === "none" ? "no failure at all" : name)).join(", ")}, which running again cannot change: it never ends`,
      hint: "accept them, or have them investigated, before it",
    };
  }
}
