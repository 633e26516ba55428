import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RestApi } from "./rest-api.ts";
import { isResultsPath, type ResultsReply, type ResultsRequest } from "./results-service.ts";

/** What the server hands requests to. */
export type Services = {
  readonly api: RestApi;
  readonly results: { readonly answer: (request: ResultsRequest) => ResultsReply };
  readonly url: () => string;
};

/** Serves the API and the results service on a free port of this machine. */
export async function serve(services: Services): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    answer(services, request, response).catch((error: unknown) => {
      services.api.violations.push(
        `The fake failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
      response.writeHead(400).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const content = await readContent(request);
  const method = request.method ?? "GET";
  const address = new URL(request.url ?? "/", services.url());
  const { authorization, "if-none-match": known } = request.headers;
  if (isResultsPath(address.pathname)) {
    const reply = services.results.answer({ method, address, authorization, content });
    const type = reply.json === undefined ? {} : { "content-type": "application/json" };
    response.writeHead(reply.status, { ...type, ...reply.headers });
    return void response.end(reply.json === undefined ? reply.bytes : JSON.stringify(reply.json));
  }
  const body: unknown = content.length === 0 ? undefined : JSON.parse(content.toString());
  const reply = await services.api.answer({ method, address, authorization, known, body });
  if (reply === "reset") return void request.socket.destroy();
  response.writeHead(reply.status, { "content-type": "application/json; charset=utf-8", ...reply.headers });
  response.end(
    reply.status === 204 || reply.status === 304 || reply.body === undefined
      ? undefined
      : JSON.stringify(reply.body),
  );
}

async function readContent(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
