import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A webhook's server: where it is, and what it was told. */
export type Hook = AsyncDisposable & {
  readonly address: string;
  readonly bodies: Readonly<Record<string, unknown>>[];
};

/** A server that takes notices and answers each with a status, or not at all. */
export async function openHook(status: number | "silent" = 200): Promise<Hook> {
  const bodies: Hook["bodies"] = [];
  const server: Server = createServer((request, response) => {
    const texts: Buffer[] = [];
    request.on("data", (text: Buffer) => texts.push(text));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(texts).toString("utf8")) as Hook["bodies"][number]);
      if (status !== "silent") response.writeHead(status, { location: "/elsewhere" }).end("key=hidden");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/hidden`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
