/** What a terminal makes of an output: the text that it shows, and everything else that the output did to it. */
export type Shown = { readonly text: string; readonly effects: readonly string[] };

/** Sequences of ECMA-48 and xterm by their beginnings, in seven bits or eight; what ends none of them takes all that follows. */
const sequences: readonly (readonly [effect: string, form: RegExp])[] = [
  // oxlint-disable-next-line no-control-regex
  ["csi", /^(?:\u001B\[|\u009B)[0-?]*[ -/]*(?:[@-~]|$)/],
  // oxlint-disable-next-line no-control-regex
  ["osc", /^(?:\u001B\]|\u009D)[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C|$)/],
  // oxlint-disable-next-line no-control-regex
  ["string", /^(?:\u001B[PX^_]|[\u0090\u0098\u009E\u009F])[^\u001B\u009C]*(?:\u001B\\|\u009C|$)/],
  // oxlint-disable-next-line no-control-regex
  ["escape", /^\u001B[ -/]*[0-~]?/],
];

/** Reads an output as a terminal does that knows line feeds, control sequences and the order of writing. */
export function readTerminal(output: string): Shown {
  const effects: string[] = [];
  let text = "";
  for (let rest = output; rest !== "";) {
    const found = sequences.flatMap(([effect, form]) => {
      const [own] = form.exec(rest) ?? [];
      return own === undefined ? [] : [{ effect: `${effect} ${JSON.stringify(own)}`, length: own.length }];
    })[0];
    if (found === undefined) {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      if (steers(character)) effects.push(`character ${JSON.stringify(character)}`);
      else text += character;
      rest = rest.slice(character.length);
    } else {
      effects.push(found.effect);
      rest = rest.slice(found.length);
    }
  }
  return { text, effects };
}

/** Rings, moves the cursor, turns the order of writing, or is there without being seen. */
function steers(character: string): boolean {
  return character !== "\n" && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(character);
}
