import type { Annotation } from "./run-result.ts";

/** What a line of a step's output asks of the runner. */
export type WorkflowCommand =
  | { readonly kind: "annotation"; readonly annotation: Annotation }
  | { readonly kind: "mask"; readonly value: string }
  | { readonly kind: "stop"; readonly token: string }
  | { readonly kind: "resume"; readonly token: string }
  | { readonly kind: "text"; readonly line: string };

const levels = ["error", "warning", "notice"] as const;

/** Reads a line as the runner does; a line that is no command, or one without effect here, is text. */
export function parseCommand(line: string): WorkflowCommand {
  const match = /^\s*::([^\s:]+)(?: ([^]*?))?::([^]*)$/.exec(line);
  if (match === null) return { kind: "text", line };
  const [, name = "", properties = "", rest = ""] = match;
  const message = unescapeData(rest);
  const level = levels.find((each) => each === name);
  if (level !== undefined) {
    return { kind: "annotation", annotation: { level, message, ...placeOf(properties) } };
  }
  if (name === "add-mask") return { kind: "mask", value: message };
  if (name === "stop-commands") return { kind: "stop", token: message };
  if (rest === "" && properties === "") return { kind: "resume", token: name };
  return { kind: "text", line };
}

function placeOf(properties: string): Omit<Annotation, "level" | "message"> {
  const pairs = Object.fromEntries(
    properties.split(",").map((each) => {
      const equals = each.indexOf("=");
      return [each.slice(0, equals).trim(), unescapeProperty(each.slice(equals + 1))] as const;
    }),
  );
  const { title, file, line } = pairs as { title?: string; file?: string; line?: string };
  return {
    ...(title !== undefined && { title }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line: Number(line) }),
  };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}
