import { Readable } from 'node:stream';
import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { WireRequest, WireResponse } from './wire-message.ts';

/** What `requestHandler` gives: pass it as `requestHandler` when constructing any SDK client. */
export type InProcessRequestHandler = HttpHandler;

/**
 * A `requestHandler` for SDK clients in this process: what the client would send over a socket goes to `handle`, and the answer
 * comes back as a stream. No byte leaves the process. A request aborted by its client rejects with an `AbortError`.
 */
export function requestHandler(
  handle: (request: WireRequest) => Promise<WireResponse>,
): InProcessRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: HttpRequest, options: { readonly abortSignal?: unknown } = {}) {
      const answered = toWire(request).then(handle);
      const { status, headers, body } = await orAborted(answered, options.abortSignal);
      return {
        response: new HttpResponse({
          statusCode: status,
          headers: { ...headers },
          body: Readable.from([body]),
        }),
      };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

async function toWire(request: HttpRequest): Promise<WireRequest> {
  const query = buildQueryString(request.query);
  const body: unknown = request.body;
  return {
    method: request.method,
    url: query === '' ? request.path : `${request.path}?${query}`,
    // What a socket's client adds when nobody set it.
    headers: { host: request.hostname, ...lowerCased(request.headers) },
    body: await collect(body),
  };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Collects every kind of body that a client may give its handler. */
async function collect(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  // A plain view: the SDK's own body class warns when it is taken for text, as Buffer.from does.
  if (body instanceof Uint8Array) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Readable || body instanceof ReadableStream) {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(typeof part === 'string' ? Buffer.from(part) : bytesOf(part));
    return Buffer.concat(parts);
  }
  throw new Error(
    `the client gave a request body that is a ${typeof body}; wanted a string, bytes or a stream`,
  );
}

function bytesOf(part: unknown): Uint8Array {
  if (part instanceof Uint8Array) return part;
  throw new Error(`a request stream gave a ${typeof part}; wanted bytes or strings`);
}

function orAborted<T>(answer: Promise<T>, signal: unknown): Promise<T> {
  if (!(signal instanceof AbortSignal)) return answer;
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(Object.assign(new Error('the request was aborted by its client'), { name: 'AbortError' }));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
