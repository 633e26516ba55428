import type { Command } from "./command.ts";

/** `cascade demo`. */
export const demoCommand: Command = {
  summary: "an incident and its recovery, told step by step (under a minute)",
  usage: "cascade demo",
  run: () => Promise.resolve(0),
};
