import { gateTraits } from "../runbook/gate-traits.ts";
import { gateKinds, type GateKind } from "../runbook/runbook.ts";
import { schemaKinds } from "../runbook/schema/schema-kinds.ts";
import type { TypedCommand } from "../operations/typed/typed-command.ts";
import type { Command } from "./command.ts";

/** A command as people are told of it; what carries it out is loaded when it is typed, so that nothing waits for others. */
export type ListedCommand = {
  readonly summary: string;
  readonly usage: string;
  /** Whether it needs a database that is there already, and would create none. */
  readonly readsWarehouse?: boolean;
  readonly load: () => Promise<Command>;
};

/** A kind is asked by the command of its name, or by that of another kind. */
const gateCommands: Readonly<Record<string, ListedCommand>> = Object.fromEntries(
  gateKinds.filter((kind) => gateTraits[kind].command === kind).map((kind) => [kind, listedGate(kind)]),
);

function listedGate(kind: GateKind): ListedCommand {
  const { question, command, summary = question, options } = gateTraits[kind];
  return {
    summary,
    usage: `cascade ${command} [runbook] [selection] ${options} [--json]`,
    readsWarehouse: true,
    load: async () => (await import("./gate-command.ts")).gateCommand(kind),
  };
}

/** Loads a command that is typed here and in comments. */
function typed(load: () => Promise<TypedCommand>): () => Promise<Command> {
  return async () => {
    const [{ typedHere }, command] = await Promise.all([import("./command.ts"), load()]);
    return typedHere(command);
  };
}

/** Every command by its name, in the order in which they are listed. */
export const commands: Readonly<Record<string, ListedCommand>> = {
  ...gateCommands,
  start: {
    summary: "sample season (once), the whole cascade, gates and report",
    usage:
      "npm start [-- [runbook] [selection] [--no-resume] [--stop-on-failure] [--no-audit] [--concurrency N] [--chunk-days N] [--date-order newest|oldest] [--allow-findings] [--allow-empty] [--reason TEXT] [--fail-on failed,blocked,findings,budget] [--out <dir>]]",
    load: async () => (await import("./start-command.ts")).startCommand,
  },
  demo: {
    summary: "an incident and its recovery, told step by step (under a minute)",
    usage: "cascade demo [runbook]",
    load: async () => (await import("./demo-command.ts")).demoCommand,
  },
  new: {
    summary: "write a new runbook that runs",
    usage:
      "cascade new <name> [--from duckdb:<file> | bigquery:<project>[/<location>] | <folder>] [--tables a.b,c.d] [--sql <folder>] [--dbt <manifest.json>]",
    load: async () => (await import("./new-command.ts")).newCommand,
  },
  init: {
    summary: "create the runbook's datasets, tables and ledger",
    usage: "cascade init [runbook] [--warehouse W] [--json]",
    load: async () => (await import("./init-command.ts")).initCommand,
  },
  sample: {
    summary: "generate the runbook's synthetic raw tables",
    usage: "cascade sample [runbook] [--seed N] [--seasons N] [--replace]",
    load: async () => (await import("./ingest-commands.ts")).sampleCommand,
  },
  load: {
    summary: "load public files into the raw tables",
    usage: "cascade load [runbook] [--from <dir>]",
    load: async () => (await import("./ingest-commands.ts")).loadCommand,
  },
  plan: {
    summary: "what would run, in which order, and why",
    usage:
      "cascade plan [runbook] [selection] [--no-resume] [--with-upstream] [--with-downstream] [--chunk-days N] [--date-order newest|oldest] [--allow-empty] [--cost [--max-cost dollars]] [--json]",
    readsWarehouse: true,
    load: async () => (await import("./plan-command.ts")).localPlanCommand,
  },
  run: {
    summary: "run it, with progress",
    usage:
      "cascade run [runbook] [selection] [--no-resume] [--digest X] [--with-upstream] [--with-downstream] [--stop-on-failure] [--no-audit] [--concurrency N] [--chunk-days N] [--date-order newest|oldest] [--allow-findings] [--allow-empty] [--reason TEXT] [--fail-on failed,blocked,findings,budget] [--out <dir>]",
    load: async () => (await import("./run-command.ts")).runCommand,
  },
  triage: {
    summary: "what to do about every partition, why, and the command that does it",
    usage: "cascade triage [runbook] [selection] [--json]",
    readsWarehouse: true,
    load: async () => (await import("./triage-command.ts")).triageCommand,
  },
  recover: {
    summary: "carry the decisions of triage out, upstream first",
    usage: "cascade recover [runbook] [selection] [--json]",
    load: async () => (await import("./recover-command.ts")).recoverCommand,
  },
  audit: {
    summary: "whether processors read no more than their windows declare",
    usage: "cascade audit [runbook] [processor] [selection] [--json]",
    readsWarehouse: true,
    load: typed(async () => (await import("../operations/typed/audit-command.ts")).auditCommand),
  },
  waive: {
    summary: "accept a gap, a budget or a finding until a day, in waivers.yml",
    usage: [
      "cascade waive [runbook] --processor P --period ID --max-rate 0.18 --reason TEXT --expires D [--approver NAME]",
      "cascade waive [runbook] --processor P --dates D,D [--entity A,B] --reason TEXT --expires D [--approver NAME]",
      "cascade waive [runbook] --finding NAME (--source T | --processor P) --dates D,D --reason TEXT --expires D [--approver NAME]",
    ].join("\n"),
    readsWarehouse: true,
    load: typed(async () => (await import("../operations/typed/waive-command.ts")).waiveCommand),
  },
  calibrate: {
    summary: "propose bounds and expected ranges from settled dates, as a patch; --write applies it",
    usage: "cascade calibrate [runbook] [selection] [--write] [--json]",
    readsWarehouse: true,
    load: async () => (await import("./calibrate-command.ts")).calibrateCommand,
  },
  report: {
    summary: "write report.md, report.html and report.json",
    usage:
      "cascade report [runbook] [selection] [--against <git ref>] [--digest X] [--fail-on failed,blocked,findings,budget] [--out <dir>] [--json]",
    readsWarehouse: true,
    load: async () => (await import("./report-command.ts")).reportCommand,
  },
  status: {
    summary: "the state of every partition",
    usage: "cascade status [runbook] [selection] [--github [--repo owner/name]] [--json]",
    readsWarehouse: true,
    load: async () => (await import("./status-command.ts")).localStatusCommand,
  },
  diff: {
    summary: "what a definition would change: rows and values, before anything is committed",
    usage: [
      "cascade diff [runbook] <processor> [--dates D,D | --start-date D --end-date D] [--against staged | <run> | <git ref>] [--json]",
      "cascade diff [runbook] --all [--dates D,D | --start-date D --end-date D] [--against staged | <git ref>] [--json]",
    ].join("\n"),
    readsWarehouse: true,
    load: async () => (await import("./diff-command.ts")).diffCommand,
  },
  trust: {
    summary: "whether readers may rely on a table, date by date; a badge and a page of it",
    usage: [
      "cascade trust [runbook] <table> [--dates D,D | --start-date D --end-date D] [--require settled,waived] [--badge FILE] [--page FILE] [--json]",
      "cascade trust [runbook] --all [--dates D,D | --start-date D --end-date D] [--require settled,waived] [--badge FILE] [--page FILE] [--json]",
    ].join("\n"),
    readsWarehouse: true,
    load: async () => (await import("./trust-command.ts")).trustCommand,
  },
  why: {
    summary: "the chain of facts behind one partition or entity",
    usage: "cascade why [runbook] <processor> <date> [entity]",
    readsWarehouse: true,
    load: typed(async () => (await import("../operations/typed/why-command.ts")).whyCommand),
  },
  query: {
    summary: "what one query gives, in the runbook's dialect; writes nothing",
    usage: "cascade query [runbook] '<sql>' [--json]",
    readsWarehouse: true,
    load: async () => (await import("./query-command.ts")).queryCommand,
  },
  lint: {
    summary: "contradictions of the policy, before anything runs; what has become weaker",
    usage: "cascade lint [runbook or path] [--against <git ref>] [--warehouse W] [--json]",
    load: async () => (await import("./lint-command.ts")).lintCommand,
  },
  explain: {
    summary: "the runbook as one file, with every default written out",
    usage: "cascade explain [runbook or path] [--warehouse W]",
    load: async () => (await import("./explain-command.ts")).explainCommand,
  },
  preview: {
    summary: "what a change of the runbooks means, as Markdown for its review",
    usage: "cascade preview [runbook] [--against <git ref>] [--states <dir>]",
    load: async () => (await import("./preview-command.ts")).previewCommand,
  },
  test: {
    summary: "the cases beside the steps: given rows, expected rows",
    usage:
      "cascade test [runbook | --all] [--processor A,B] [--json]\ncascade test [runbook] --record <processor> <date> [entity] [--keep-texts]",
    load: async () => (await import("./test-command.ts")).testCommand,
  },
  schema: {
    summary: "the JSON Schema of runbook.yml or another file, for editors",
    usage: `cascade schema [${schemaKinds.join(" | ")}]\ncascade schema --write`,
    load: async () => (await import("./schema-command.ts")).schemaCommand,
  },
  dispatch: {
    summary: "dispatch the backfill on GitHub, and follow it",
    usage:
      "cascade dispatch [runbook] [selection] [--with-upstream] [--no-resume] [--fresh] [--allow-empty] [--dry-run] [--digest X] [--reason TEXT] [--report-to new|#n|none] [--ref BRANCH] [--repo owner/name] [--follow] [--fail-on failed,blocked,findings,budget] [--json]",
    load: async () => (await import("./dispatch-command.ts")).dispatchCommand,
  },
  follow: {
    summary: "follow a run on GitHub to its report",
    usage: "cascade follow [run] [--repo owner/name] [--fail-on failed,blocked,findings,budget] [--json]",
    load: async () => (await import("./follow-command.ts")).followCommand,
  },
  retry: {
    summary: "re-run the failed jobs of a run on GitHub",
    usage:
      "cascade retry [run] [--follow] [--repo owner/name] [--fail-on failed,blocked,findings,budget] [--json]",
    load: async () => (await import("./retry-command.ts")).retryCommand,
  },
  runs: {
    summary: "the newest runs of a runbook: who, why, how they ended",
    usage: "cascade runs [runbook] [--github [--repo owner/name]] [--json]",
    load: async () => (await import("./runs-command.ts")).runsCommand,
  },
  revert: {
    summary: "undo a run: its partitions go back to what they were before",
    usage:
      "cascade revert [runbook] <run> [--processor A,B] [--dates D,D | --start-date D --end-date D] [--dry-run] [--reason TEXT] [--json]",
    load: async () => (await import("./revert-command.ts")).revertCommand,
  },
  hold: {
    summary: "hold a runbook on GitHub: nothing of it starts until it is released",
    usage: "cascade hold [runbook] --reason TEXT [--repo owner/name]",
    load: async () => (await import("./hold-commands.ts")).holdCommand,
  },
  release: {
    summary: "release a runbook that is held on GitHub",
    usage: "cascade release [runbook] [--repo owner/name]",
    load: async () => (await import("./hold-commands.ts")).releaseCommand,
  },
  workflow: {
    summary: "compile a runbook to its GitHub workflow",
    usage:
      "cascade workflow [runbook | --all] --warehouse duckdb|bigquery [--check] [--chunk-days N] [--approval <environment>]",
    load: async () => (await import("./workflow-command.ts")).workflowCommand,
  },
};
