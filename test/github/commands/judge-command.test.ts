import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CommandName } from "../../../src/github/commands/command-line.ts";
import { judgeCommand, type CommandFacts } from "../../../src/github/commands/judge-command.ts";

const reading: readonly CommandName[] = ["help", "status", "why", "plan"];
const acting: readonly CommandName[] = ["run", "retry", "waive", "hold", "release"];
const all = [...reading, ...acting];
const usual = {
  isBot: false,
  isEdited: false,
  permission: "write",
  pull: undefined,
  commit: { seen: "a".repeat(40), now: "a".repeat(40) },
} as const satisfies Omit<CommandFacts, "name">;
const moved = { commit: { seen: "a".repeat(40), now: "b".repeat(40) } };

/** Who asks and where, which commands that refuses, and with what code. */
const cases: readonly (readonly [
  string,
  Partial<CommandFacts>,
  Readonly<Partial<Record<CommandName, string>>>,
])[] = [
  ["somebody who may write, in an issue", {}, {}],
  ["an administrator", { permission: "admin" }, {}],
  ["somebody who may read", { permission: "read" }, refusing(all, "no-permission")],
  ["somebody without access", { permission: "none" }, refusing(all, "no-permission")],
  ["a bot that may write", { isBot: true }, refusing(all, "bot-author")],
  ["whoever edited the comment", { isEdited: true }, refusing(all, "edited")],
  ["a reader who edited", { isEdited: true, permission: "read" }, refusing(all, "edited")],
  [
    "a writer on a pull request of this repository",
    { pull: { isFork: false } },
    refusing(acting, "pull-request"),
  ],
  ["a writer on a pull request of a fork", { pull: { isFork: true } }, refusing(all, "fork-pull-request")],
  [
    "a reader on a pull request of a fork",
    { pull: { isFork: true }, permission: "read" },
    refusing(all, "no-permission"),
  ],
  ["a writer when the branch has moved", moved, refusing(acting, "commit-changed")],
  ["a reader when the branch has moved", { ...moved, permission: "read" }, refusing(all, "no-permission")],
];

describe("judgeCommand()", () => {
  for (const [who, facts, refused] of cases) {
    for (const name of all) {
      it(`${refused[name] === undefined ? "lets" : "refuses"} ${who}: ${name}`, () => {
        assert.equal(judgeCommand({ ...usual, ...facts, name })?.reason, refused[name]);
      });
    }
  }
});

function refusing(names: readonly CommandName[], reason: string): Partial<Record<CommandName, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
