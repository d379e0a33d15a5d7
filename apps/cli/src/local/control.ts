import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** What the control can do to an organization. */
export interface Controlled {
  /** Virtual epoch milliseconds. */
  readonly now: () => number;
  readonly advance: (ms: number) => Promise<void>;
  readonly deliver: () => number;
}

/** What the control answers: a status and a document. */
interface Answer {
  readonly status: 200 | 400 | 404;
  readonly document: Readonly<Record<string, string | number>>;
}

const LONGEST_ADVANCE_SECONDS = 31 * 86_400;

const ROUTES = 'GET /clock, POST /clock?advance=SECONDS, POST /deliver';

/** Answers one request of the control. */
export const controlAnswer = async (
  controlled: Controlled,
  method: string,
  target: string,
): Promise<Answer> => {
  const url = new URL(target, 'http://127.0.0.1');
  const time = (): Answer => ({ status: 200, document: { now: new Date(controlled.now()).toISOString() } });
  switch (`${method} ${url.pathname}`) {
    case 'GET /clock':
      return time();
    case 'POST /clock': {
      const given = url.searchParams.get('advance') ?? '';
      const seconds = Number(given);
      if (given === '' || !(seconds > 0 && seconds <= LONGEST_ADVANCE_SECONDS)) {
        return {
          status: 400,
          document: {
            error: `advance is ${JSON.stringify(given)}, wanted seconds above 0 and up to ${LONGEST_ADVANCE_SECONDS}`,
          },
        };
      }
      await controlled.advance(seconds * 1000);
      return time();
    }
    case 'POST /deliver':
      return { status: 200, document: { delivered: controlled.deliver() } };
    default:
      return { status: 404, document: { error: `no such request; there are: ${ROUTES}` } };
  }
};

/** A listening control. */
export interface Control {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Listens on loopback. `failed` is told of what no answer can be made of. Rejects as `listen` does (EADDRINUSE). */
export const serveControl = async (
  port: number,
  controlled: Controlled,
  failed: (error: unknown) => void,
): Promise<Control> => {
  const server = createServer((request: IncomingMessage, response) => {
    controlAnswer(controlled, request.method ?? '', request.url ?? '').then(({ status, document }) => {
      response
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(`${JSON.stringify(document)}\n`);
    }, failed);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the control listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
