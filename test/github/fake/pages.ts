import type { Reply } from "./operation.ts";

/** Cuts the list of a reply to the page that was asked for, with GitHub's `link` header. */
export function cutPage(reply: Reply, address: URL): Reply {
  if (reply.list === undefined) return reply;
  const { items, under } = reply.list;
  const size = Math.min(Math.max(numberOf(address, "per_page", 30), 1), 100);
  const page = Math.max(numberOf(address, "page", 1), 1);
  const shown = items.slice((page - 1) * size, page * size);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const links = linksOf(address, { page, last });
  return {
    status: reply.status,
    headers: { ...reply.headers, ...(links !== "" && { link: links }) },
    body: under === undefined ? shown : { total_count: items.length, [under]: shown },
  };
}

function linksOf(address: URL, { page, last }: { page: number; last: number }): string {
  const links: (readonly [string, number, boolean])[] = [
    ["prev", page - 1, page > 1],
    ["next", page + 1, page < last],
    ["last", last, page < last],
    ["first", 1, page > 1],
  ];
  return links
    .filter(([, , isShown]) => isShown)
    .map(([relation, number]) => `<${withPage(address, number)}>; rel="${relation}"`)
    .join(", ");
}

function withPage(address: URL, page: number): string {
  const url = new URL(address);
  url.searchParams.set("page", String(page));
  return url.href;
}

function numberOf(address: URL, name: string, fallback: number): number {
  const text = address.searchParams.get(name);
  return text === null || !Number.isFinite(Number(text)) ? fallback : Number(text);
}
