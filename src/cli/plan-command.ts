import { countOf } from "../domain/format.ts";
import { planCommand } from "../operations/typed/plan-command.ts";
import { typedHere, type Command } from "./command.ts";
import { readContradictions } from "./contradictions.ts";

const planning = typedHere(planCommand);

/** `cascade plan`: also says where `run` will refuse what was planned. */
export const localPlanCommand: Command = {
  async run(context) {
    const code = await planning.run(context);
    const { folder, lines } = await readContradictions(context);
    if (lines.length > 0) {
      const count = countOf(lines.length, "contradiction");
      context.terminal.note(
        `\n\`run\` will refuse this: the policy of ${folder} has ${count}, see \`cascade lint\``,
      );
    }
    return code;
  },
};
