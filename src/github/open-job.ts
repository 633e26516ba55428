import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { escapeAnnotation, type AnnotationText } from "../report/text/annotation-text.ts";
import { escapeLog, type LogText } from "../report/text/log-text.ts";
import type { Markdown } from "../report/text/markdown-text.ts";
import { escapeLines, type TerminalText } from "../report/text/terminal-text.ts";
import type { RunEffects } from "../run/run-event.ts";
import type { Annotation, JobEffects, JobVoice } from "./job-effects.ts";
import { parseJobIdentity } from "./job-identity.ts";
import { openRunArtifacts } from "./state/run-artifacts.ts";

/** Annotations that GitHub shows of one step. */
const mostShown = 10;

/** Characters of an annotation's title. */
const longestTitle = 200;

/** Owners of the problem matchers that `actions/setup-node` leaves: they make annotations at any file of log lines. */
const foreignMatchers = ["tsc", "eslint-compact", "eslint-stylish"];

type Annotate = (
  message: AnnotationText,
  at: {
    readonly title: AnnotationText;
    readonly file?: string;
    readonly startLine?: number;
    readonly startColumn?: number;
  },
) => void;

/** The parts of `@actions/core` that jobs speak through; each takes only what was made for it. */
export type ActionsCore = Readonly<Record<Annotation["level"], Annotate>> & {
  readonly info: (text: LogText) => void;
  readonly setSecret: (secret: string) => void;
  readonly summary: {
    readonly addRaw: (text: Markdown, addEOL: boolean) => { readonly write: () => Promise<unknown> };
  };
};

/** What the shell of an action brings along. */
export type ActionShell = RunEffects & {
  readonly openWarehouse: JobEffects["openWarehouse"];
  /** Writes a line to the log as it is. */
  readonly print: (line: TerminalText) => void;
};

/** The effects of a job that runs under GitHub's runner. Fault: input-invalid outside of one. */
export function openJob(core: ActionsCore, shell: ActionShell): JobEffects {
  const { environment } = shell;
  const job = parseJobIdentity(environment);
  const folder = join(environment["RUNNER_TEMP"] ?? "", "cascade");
  const server = environment["GITHUB_SERVER_URL"] ?? "https://github.com";
  return {
    now: shell.now,
    randomId: shell.randomId,
    signal: shell.signal,
    redact: shell.redact,
    environment: withoutRunner(environment),
    job,
    holder: `${server}/${job.owner}/${job.repository}/actions/runs/${job.runId}/attempts/${job.attempt}`,
    folder,
    openWarehouse: (address, { folders = [], ...opening }) =>
      shell.openWarehouse(address, {
        ...opening,
        folders: opening.mode === "read" ? folders : [folder, ...folders],
      }),
    artifacts: openRunArtifacts(environment["INPUT_GITHUB-TOKEN"] ?? "", job),
    voice: openVoice(core, shell.print),
  };
}

/** Runs an action; tells its faults as annotations. Returns the exit code: 0 green, 1 red. */
export async function runAction(core: ActionsCore, work: () => Promise<boolean>): Promise<number> {
  try {
    return (await work()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Fault)) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      annotate(core, { level: "error", title: "bug", message });
      return 1;
    }
    core.info(escapeLog(`${error.message}\n${error.hint}`));
    for (const annotation of faultAnnotations(error)) annotate(core, annotation);
    return 1;
  }
}

function openVoice(core: ActionsCore, print: ActionShell["print"]): JobVoice {
  for (const owner of foreignMatchers) print(escapeLines(`::remove-matcher owner=${owner}::`));
  const unmasked: string[] = [];
  let isMuted = false;
  function maskAll(): void {
    for (const secret of unmasked.splice(0)) core.setSecret(secret);
  }
  return {
    mask(secret) {
      unmasked.push(secret);
      if (!isMuted) maskAll();
    },
    log: (text) => core.info(escapeLog(text)),
    annotate: (annotation) => annotate(core, annotation),
    async summarise(markdown) {
      await core.summary.addRaw(markdown, true).write();
    },
    async muted(work) {
      const token = randomUUID();
      print(escapeLines(`::stop-commands::${token}`));
      isMuted = true;
      try {
        return await work();
      } finally {
        isMuted = false;
        print(escapeLines(`::${token}::`));
        maskAll();
      }
    },
  };
}

function annotate(core: ActionsCore, { level, title, message, place }: Annotation): void {
  const at = place && { file: place.file, startLine: place.line, startColumn: place.column };
  core[level](escapeAnnotation(message), { title: escapeAnnotation(title, longestTitle), ...at });
}

/** What a command step may see: nothing by which it could speak to GitHub in the job's name. */
function withoutRunner(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = /^(?:ACTIONS_|GITHUB_|INPUT_|RUNNER_|STATE_|(?:GH|NODE_AUTH)_TOKEN$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !own.test(name)));
}

/** A fault as annotations: one per problem at its file and line, else one with the way out. */
export function faultAnnotations({ code, message, hint, problems }: Fault): readonly Annotation[] {
  if (problems.length === 0) return [{ level: "error", title: code, message: `${message}\n${hint}` }];
  const shown = problems.slice(0, mostShown - 1);
  const more = problems.length - shown.length;
  const rest = more === 0 ? "" : ` (${more} more in the log)`;
  const [head = ""] = message.split("\n");
  return [
    { level: "error", title: code, message: `${head}${rest}\n${hint}` },
    ...shown.map(({ file, line, column, message: text }) => {
      return { level: "error" as const, title: code, message: text, place: { file, line, column } };
    }),
  ];
}
