import type { Annotation } from "./run-result.ts";
import { parseCommand } from "./workflow-commands.ts";

/** The log of one job: masked lines, and the annotations and masks its steps asked for. */
export type JobLog = {
  readonly lines: string[];
  readonly annotations: Annotation[];
  readonly masks: Set<string>;
};

/** GitHub keeps this many annotations of each level per step. */
export const mostAnnotationsOfStep = 10;

/** A log in which the given secrets are masked from the start. */
export function openJobLog(secrets: readonly string[]): JobLog {
  const log: JobLog = { lines: [], annotations: [], masks: new Set() };
  for (const secret of secrets) addMask(log, secret);
  return log;
}

/** A reader of one step's output: carries out its workflow commands and logs the rest. */
export function readStepOutput(log: JobLog): (line: string) => void {
  const counts = { error: 0, warning: 0, notice: 0 };
  let stoppedBy: string | undefined;
  return (line) => {
    const command = parseCommand(line, stoppedBy);
    if (stoppedBy !== undefined) {
      if (command.kind === "resume") stoppedBy = undefined;
      else log.lines.push(masked(log, line));
      return;
    }
    if (command.kind === "mask") return addMask(log, command.value);
    if (command.kind === "stop") stoppedBy = command.token;
    if (command.kind !== "annotation") return void log.lines.push(masked(log, line));
    const { annotation } = command;
    counts[annotation.level] += 1;
    if (counts[annotation.level] <= mostAnnotationsOfStep) annotate(log, annotation);
  };
}

/** Adds an annotation to the job and a line to its log. */
export function annotate(log: JobLog, annotation: Annotation): void {
  const message = masked(log, annotation.message);
  log.annotations.push({ ...annotation, message });
  log.lines.push(`##[${annotation.level}]${message}`);
}

/** Whether a text contains something masked; GitHub drops such job outputs. */
export function holdsMask(log: JobLog, text: string): boolean {
  return [...log.masks].some((mask) => text.includes(mask));
}

function addMask(log: JobLog, value: string): void {
  const parts = [value, ...value.split(/\r?\n/)].map((each) => each.trim());
  for (const part of parts) if (part !== "") log.masks.add(part);
}

function masked(log: JobLog, line: string): string {
  return [...log.masks].reduce((text, mask) => text.replaceAll(mask, "***"), line);
}
