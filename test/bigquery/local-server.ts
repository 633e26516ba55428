import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server gives back; undefined: the connection is cut. */
export type Answer = { readonly status: number; readonly body: string } | undefined;

/** A server on a free port of this machine. */
export type LocalServer = AsyncDisposable & { readonly endpoint: string };

/** Serves JSON; what `answer` throws is a server error. */
export async function startServer(
  answer: (request: IncomingMessage, body: Buffer<ArrayBuffer>) => Promise<Answer>,
): Promise<LocalServer> {
  const server = createServer((request, response) => void respond(request, response));
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await bodyOf(request)
      .then((body) => answer(request, body))
      .catch((error: unknown): Answer => ({
        status: 500,
        body: JSON.stringify({ error: { code: 500, message: String(error) } }),
      }));
    if (given === undefined) return void request.socket.destroy();
    response.writeHead(given.status, { "content-type": "application/json" });
    response.end(given.body);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
