import { keyForms } from "./key-forms.ts";

/** Takes what must not be told out of a text. */
export type Redact = (text: string) => string;

const mask = "***";

/** What the name of a variable says when its value is a secret. */
const secretName = /token|secret|passw|passphrase|credential|key|(?:^|_)(?:pass|auth)(?:_|$)|_pwd$/i;

/** Values that are no secrets, whatever they are called: switches, small numbers, a word of a few letters. */
const plainValue = /^(?:.{0,3}|\d{0,5}|true|false|null|none|undefined|enabled|disabled)$/i;

/**
 * Where a text says of itself that a secret follows: in an address, a header or an assignment. A name is looked at once,
 * from its first letter: the texts are of others, and may be made to take long.
 */
const announced: readonly RegExp[] = [
  /(:\/\/[^/\s:@]*:)[^/\s@]+(?=@)/g,
  /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /((?<![\w-])(?=[\w-]*(?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|credential))[\w-]+["']?(?:=|["']\s*:)\s*["']?)[^\s"',;&)}\]]{4,}/gi,
];

/** The values of variables whose names say that they are secret. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && secretName.test(name) ? [value] : [],
  );
}

/**
 * Takes secrets out of texts, also as they stand in JSON, in addresses and in base64, line by line when they have lines;
 * and everything that has a well-known form of a key. What is taken out leaves `***`.
 */
export function createRedact(secrets: Iterable<string>): Redact {
  const known = [...new Set([...secrets].flatMap(appearancesOf))]
    .filter((text) => !plainValue.test(text))
    .toSorted((left, right) => right.length - left.length);
  return (text) => {
    let redacted = text;
    for (const secret of known) redacted = redacted.replaceAll(secret, mask);
    for (const { pattern } of keyForms) redacted = redacted.replaceAll(pattern, mask);
    for (const pattern of announced) redacted = redacted.replaceAll(pattern, `$1${mask}`);
    return redacted;
  };
}

function appearancesOf(secret: string): readonly string[] {
  const whole = secret.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.length === 1 ? lines : [whole, ...lines.filter((line) => line.length >= 8)];
  return parts.flatMap((part) => [
    part,
    JSON.stringify(part).slice(1, -1),
    encodeURIComponent(part.toWellFormed()),
    ...(part.length < 8 ? [] : [Buffer.from(part).toString("base64").replace(/=+$/, "")]),
  ]);
}
