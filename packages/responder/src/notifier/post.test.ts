import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { post } from './post.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Address of a receiver on loopback, which the configuration would not take: it is by http. */
const receiver = async (answer: RequestListener): Promise<string> => {
  const made = createServer(answer);
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(made.address());
  return `http://127.0.0.1:${port}/hook`;
};

const send = (url: string, withinMs?: number) =>
  post(withinMs)({ url, headers: { 'webhook-id': 'msg-1' }, body: '{"title":"größer"}' });

describe('a posting', () => {
  it('arrives whole, with its headers, once', async () => {
    const got: unknown[] = [];
    const url = await receiver((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, headers } = request;
        got.push({
          method,
          id: headers['webhook-id'],
          type: headers['content-type'],
          body: Buffer.concat(chunks).toString(),
        });
        answer.writeHead(204).end();
      });
    });
    expect(await send(url)).toBe(204);
    expect(got).toEqual([
      {
        method: 'POST',
        id: 'msg-1',
        type: 'application/json; charset=utf-8',
        body: '{"title":"größer"}',
      },
    ]);
  });

  it.each([500, 401, 404])('gives the status %i', async (status) => {
    const url = await receiver((_request, answer) => answer.writeHead(status).end('x'.repeat(100_000)));
    expect(await send(url)).toBe(status);
  });

  it('follows no redirect', async () => {
    const asked: string[] = [];
    const url = await receiver((request, answer) => {
      asked.push(request.url ?? '');
      answer.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await send(url)).toBe(307);
    expect(asked).toEqual(['/hook']);
  });

  it('does not wait for a receiver that says nothing', async () => {
    const url = await receiver(() => {});
    await expect(send(url, 50)).rejects.toThrow('the webhook gave no answer within 0.05 s');
  });

  it('fails where nobody listens', async () => {
    const url = await receiver(() => {});
    await new Promise((resolve) => {
      server?.close(resolve);
    });
    await expect(send(url)).rejects.toThrow('ECONNREFUSED');
  });
});
