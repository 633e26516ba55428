import { readdir } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Which exported functions of a folder's modules have been called in this process. */
export type CallCounter = {
  readonly start: () => Promise<void>;
  /** Names of exported functions of the modules in a folder, as `file.ts name`. */
  readonly exportedOf: (
    folder: string,
  ) => Promise<{ readonly called: readonly string[]; readonly uncalled: readonly string[] }>;
};

/** Counts with V8's own coverage, so that no statement has to be listed by hand. */
export function openCallCounter(): CallCounter {
  const session = new Session();
  return {
    async start() {
      session.connect();
      await session.post("Profiler.enable");
      await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    },
    async exportedOf(folder) {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      session.disconnect();
      const calls = new Map(
        result.map(({ url, functions }) => [
          url,
          new Set(
            functions
              .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
              .map(({ functionName }) => functionName),
          ),
        ]),
      );
      const exported = await Promise.all(
        (await readdir(folder)).map(async (file) => {
          const url = pathToFileURL(join(folder, file)).href;
          const names = Object.entries((await import(url)) as object).filter(
            ([, value]) => typeof value === "function",
          );
          return names.map(([name]) => ({
            key: `${file} ${name}`,
            isCalled: calls.get(url)?.has(name) === true,
          }));
        }),
      );
      const all = exported.flat();
      return {
        called: all.filter(({ isCalled }) => isCalled).map(({ key }) => key),
        uncalled: all.filter(({ isCalled }) => !isCalled).map(({ key }) => key),
      };
    },
  };
}
