/** A file command that the runner refuses; the step fails with this message. */
export class InvalidFileCommand extends Error {}

const variablesOfTheRunner = /^(?:GITHUB|RUNNER)_/i;

/**
 * The pairs of a `GITHUB_OUTPUT`, `GITHUB_ENV` or `GITHUB_STATE` file: `name=value` or `name<<delimiter` lines.
 * Throws `InvalidFileCommand` for anything else, as the runner does.
 */
export function parsePairs(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/);
  const pairs: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line === "") continue;
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line);
    if (heredoc !== null) {
      const [, name = "", delimiter = ""] = heredoc;
      const end = lines.indexOf(delimiter, index + 1);
      if (end === -1)
        throw new InvalidFileCommand(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs[name] = lines.slice(index + 1, end).join("\n");
      index = end;
      continue;
    }
    const equals = line.indexOf("=");
    if (equals < 1) throw new InvalidFileCommand(`Invalid format '${line}'`);
    pairs[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return pairs;
}

/** Why a variable may not be set through `GITHUB_ENV`, undefined when it may. */
export function refusalOfVariable(name: string): string | undefined {
  if (name.toUpperCase() === "NODE_OPTIONS")
    return `Can't store ${name} output parameter using '$GITHUB_ENV' command.`;
  if (variablesOfTheRunner.test(name)) return `Can't update store environment variable '${name}'.`;
  return undefined;
}
