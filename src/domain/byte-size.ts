const units: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A size as people write it, `100 GiB` or `500 MB`, in bytes; undefined for another text and for none at all. */
export function parseByteSize(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/.exec(text) ?? [];
  const bytes = Math.floor(Number(count) * (units[unit] ?? 0));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the largest binary unit of which they are at least one, with a digit behind the point at most: `1.5 GiB`. */
export function formatByteSize(bytes: number): string {
  const unit = (["TiB", "GiB", "MiB", "KiB"] as const).find((name) => bytes >= (units[name] ?? 1));
  if (unit === undefined) return `${bytes} bytes`;
  return `${Number((bytes / (units[unit] ?? 1)).toFixed(1))} ${unit}`;
}
