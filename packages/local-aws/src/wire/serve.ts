import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WireRequest, WireResponse } from './wire-message.ts';

/** A listening gateway. */
export interface Listener {
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Stops listening and ends idle connections; resolves when all are closed. */
  close(): Promise<void>;
}

/** Twice the longest part of a memory image that is ever put; S3 itself takes 5 GB in one request, which no laptop should hold. */
const BODY_LIMIT_BYTES = 128 * 1024 * 1024;

/**
 * Serves the gateway over HTTP on the loopback address only. `port` 0 (default) takes a free one. A body above 128 MiB is answered
 * with 413, and an error thrown by `handle` with 500 and its message: neither ends the server.
 */
export async function serve(
  handle: (request: WireRequest) => Promise<WireResponse>,
  options: { readonly port?: number } = {},
): Promise<Listener> {
  const server = createServer((request, response) => {
    void answer(handle, request, response);
  });
  // A thread that simulates may not look at its sockets for long; one closed meanwhile would cost its client a request that nobody received.
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error(`the gateway listens on ${address}; wanted a TCP port`);
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handle: (request: WireRequest) => Promise<WireResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await collect(request);
    if (body === undefined) {
      const message = `the request body is above ${BODY_LIMIT_BYTES} bytes; send the object in parts`;
      return send(request, response, plain(413, 'EntityTooLarge', message));
    }
    const { method = 'GET', url = '/' } = request;
    send(request, response, await handle({ method, url, headers: singleHeaders(request), body }));
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send(request, response, plain(500, 'InternalFailure', `the local organization failed: ${message}`));
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: WireResponse,
): void {
  if (response.destroyed) return;
  response.sendDate = false;
  // A HEAD answer tells the object's length, which its encoder put into the headers, and has no body.
  const length = request.method === 'HEAD' || status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The whole body, or `undefined` when it is above the limit (the rest is read and dropped, so that the answer arrives). */
async function collect(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!(part instanceof Buffer)) throw new Error('the request stream gave something other than bytes');
    size += part.length;
    if (size <= BODY_LIMIT_BYTES) parts.push(part);
  }
  return size <= BODY_LIMIT_BYTES ? Buffer.concat(parts) : undefined;
}

const singleHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );

const plain = (status: number, code: string, message: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: Buffer.from(JSON.stringify({ __type: code, message })),
});
