import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { Fault } from "../../errors.ts";
import { namesDates } from "../../starter/starter-step.ts";
import type { GivenStatement } from "../../starter/given-statement.ts";

/** The statements of a folder: one file a table, called as the file is. Fault: usage. */
export async function readStatements(folder: string): Promise<readonly GivenStatement[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Fault("usage", `Cannot read the statements of "${folder}": it is no folder that can be read`, {
      hint: "Name a folder with one .sql file for each table: --sql <folder>",
      cause,
    });
  });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (paths.length === 0) {
    throw new Fault(
      "usage",
      `Cannot read the statements of "${folder}": it holds no file that ends in .sql`,
      {
        hint: "Name a folder with one .sql file for each table: --sql <folder>",
      },
    );
  }
  const statements: GivenStatement[] = [];
  for (const path of paths) {
    const name = tableName(path);
    if (statements.some((other) => other.name === name)) {
      throw new Fault("usage", `Cannot read "${path}": another file is called "${name}" as well`, {
        hint: "Give each file the name of its table",
      });
    }
    const text = await readFile(path, "utf8");
    statements.push({
      name,
      title: undefined,
      text,
      namesDates: namesDates(text),
      answersTo: [],
      key: undefined,
      tests: [],
    });
  }
  return statements;
}

function tableName(path: string): string {
  const words = parse(path)
    .name.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return words.replace(/^(?=\d)/, "t_");
}
