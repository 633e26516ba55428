import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shellWord } from "../domain/printed-command.ts";
import { Fault } from "../errors.ts";
import { runbooksFolder } from "../run/read-runbook.ts";
import { sampleStarter } from "../starter/sample-starter.ts";
import { isRunbookName, type StarterFiles } from "../starter/starter-files.ts";
import { invocationOf, type Command, type CommandContext } from "./command.ts";

/** `cascade new`: writes a runbook that lints clean and runs, never over something. */
export const newCommand: Command = {
  summary: "write a new runbook that runs",
  usage: "cascade new <name>",
  async run(context) {
    const name = nameOf(context);
    const folder = join(runbooksFolder, name);
    refuseExisting(folder);
    const files = sampleStarter(name);
    await writeAll(folder, files);
    tell(context, { name, folder, files });
    return 0;
  },
};

function nameOf({ options: { positionals } }: CommandContext): string {
  const [name, extra] = positionals;
  if (name === undefined || extra !== undefined) {
    const found = name === undefined ? "none" : `"${extra ?? ""}" as well`;
    throw new Fault("usage", `Cannot write a runbook: expected one name, found ${found}`, {
      hint: "Name it, for example `cascade new shop`",
    });
  }
  if (isRunbookName(name)) return name;
  throw new Fault(
    "usage",
    `Cannot write the runbook "${name}": expected a name of lower-case letters, digits and single hyphens`,
    { hint: `Name it ${suggestion(name)}` },
  );
}

function suggestion(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[-0-9]+|-+$/g, "");
  return isRunbookName(words) ? `"${words}"` : 'as a table would be named, for example "shop"';
}

function refuseExisting(folder: string): void {
  if (!existsSync(folder)) return;
  throw new Fault("runbook-exists", `Cannot write "${folder}": it exists`, {
    hint: "Choose another name, or remove the folder",
  });
}

async function writeAll(folder: string, files: StarterFiles): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: "wx" });
  }
}

function tell(
  context: CommandContext,
  { name, folder, files }: { readonly name: string; readonly folder: string; readonly files: StarterFiles },
): void {
  const { terminal, options } = context;
  const paths = [...files.keys()].map((path) => join(folder, path));
  terminal.out(options.json ? JSON.stringify({ name, files: paths }, undefined, 2) : paths.join("\n"));
  terminal.note(`\nNext: ${invocationOf(context).prefix} run ${shellWord(name)}`);
}
