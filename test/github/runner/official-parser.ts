import { registerHooks } from "node:module";

// The packages import JSON without the attribute that Node asks for.
registerHooks({
  load(url, context, next) {
    const isTheirs = url.includes("/node_modules/@actions/") && url.endsWith(".json");
    if (!isTheirs) return next(url, context);
    return next(url, { ...context, importAttributes: { ...context.importAttributes, type: "json" } });
  },
});

/** GitHub's own workflow parser. */
export const parser = await import("@actions/workflow-parser");
/** GitHub's own parser of action.yml files. */
export const actionParser = await import("@actions/workflow-parser/actions/index");
/** GitHub's own expression engine. */
export const expressions = await import("@actions/expressions");

/** GitHub's own language service, loaded only where workflows are linted. */
export async function loadLanguageService() {
  return import("@actions/languageservice");
}
