import { totalmem } from "node:os";
import { Fault } from "../errors.ts";

/**
 * Reads how much memory an engine may take, as it writes that; half of what the machine, or its container, has when none is
 * given. Fault: usage.
 */
export function readMemory(name: string, text: string | undefined): string {
  if (text === undefined || text === "") return `${Math.floor(memoryHere() / 2_000_000)}MB`;
  if (/^[1-9]\d*(?:\.\d+)? ?[KMGT]i?B$/i.test(text)) return text;
  throw new Fault("usage", `Cannot read ${name}: expected an amount of memory, found "${text}"`, {
    hint: "Give a number with its unit, for example --memory 4GB; without it half of the machine is taken",
  });
}

/** The bytes of the machine; of a container that was given fewer, its own. */
function memoryHere(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
