import type { Declaration } from "../declaration.ts";
import { unknownName, type Problem } from "../problem.ts";

/** The files of command steps are there. */
export function* checkCommands({ processors, files }: Declaration): Iterable<Problem> {
  for (const { value, at } of processors) {
    for (const [index, file] of (value.step?.files ?? []).entries()) {
      if (files.has(file)) continue;
      const names = [...files.keys()];
      yield unknownName(at("step", "files", index), {
        kind: "file",
        name: file,
        names,
        otherwise: "create the file",
      });
    }
  }
}
