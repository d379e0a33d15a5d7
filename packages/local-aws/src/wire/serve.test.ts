import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from './catalog.ts';
import { type Listener, serve } from './serve.ts';
import { signatureMatches } from './signature.ts';
import { SECRET, type TestClients, testClients, testGateway } from './test-gateway.ts';

const BODY = new TextEncoder().encode('evidence');
const gateway = testGateway(await loadCatalog(['sts', 's3', 'states']), ({ operation, input }) => {
  switch (operation) {
    case 'GetCallerIdentity':
      return { output: { Account: '111122223333' } };
    case 'GetObject':
      return 'Range' in input
        ? { output: { Body: BODY.slice(0, 2), ContentLength: 2, ContentRange: 'bytes 0-1/8' } }
        : { output: { Body: BODY, ContentLength: BODY.length, ContentType: 'text/plain' } };
    case 'HeadObject':
      return { output: { ContentLength: 12345 } };
    case 'StartSyncExecution':
      return {
        output: { executionArn: 'arn:e', startDate: new Date(0), stopDate: new Date(0), status: 'SUCCEEDED' },
      };
    case 'PutObject':
      return { output: { ETag: '"e"' } };
    default:
      throw new Error(`this test answers no ${operation}`);
  }
});

let listener: Listener;
let aws: TestClients;
beforeAll(async () => {
  listener = await serve(gateway.handle);
  aws = testClients({ endpoint: listener.url });
});
afterAll(() => listener.close());

describe('the gateway over loopback', () => {
  it('answers real clients, whose signatures match', async () => {
    expect(await aws.sts.send(new GetCallerIdentityCommand())).toMatchObject({ Account: '111122223333' });
    const sync = new StartSyncExecutionCommand({ stateMachineArn: 'arn:sm' });
    expect(await aws.states.send(sync)).toMatchObject({ status: 'SUCCEEDED' });
    for (const request of gateway.requests) expect(signatureMatches(request, SECRET)).toBe(true);
  });

  it('carries objects both ways, and the length of one that is only asked about', async () => {
    const at = { Bucket: 'vault-1', Key: 'a/../b c' };
    await aws.s3.send(new PutObjectCommand({ ...at, Body: BODY }));
    expect(gateway.calls.at(-1)?.input).toMatchObject({ ...at, ContentLength: BODY.length });
    const got = await aws.s3.send(new GetObjectCommand(at));
    expect(await got.Body?.transformToString()).toBe('evidence');
    expect(await aws.s3.send(new HeadObjectCommand(at))).toMatchObject({ ContentLength: 12345 });
    expect(got.$metadata.httpStatusCode).toBe(200);
    const last = gateway.requests.at(-1);
    expect(last !== undefined && signatureMatches(last, SECRET)).toBe(true);
  });

  it('answers a part of an object as a part (https://docs.aws.amazon.com/AmazonS3/latest/userguide/range-get-olap.html)', async () => {
    const part = await aws.s3.send(new GetObjectCommand({ Bucket: 'vault-1', Key: 'k', Range: 'bytes=0-1' }));
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect(await part.Body?.transformToString()).toBe('ev');
  });

  it('answers an error of its own with 500 and what went wrong', async () => {
    const failing = await serve(() => Promise.reject(new Error('the volume is on fire')));
    const response = await fetch(failing.url);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('the volume is on fire');
    await failing.close();
  });

  it('refuses a body above 128 MiB without passing it on', async () => {
    const before = gateway.requests.length;
    const response = await fetch(listener.url, {
      method: 'POST',
      body: new Uint8Array(128 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
    expect(gateway.requests.length).toBe(before);
  });

  it('leaves connections open however long they are idle: it tells no client of a time after which it ends them', async () => {
    const response = await fetch(listener.url, { method: 'POST', body: 'Action=GetCallerIdentity' });
    expect(response.headers.get('keep-alive')).toBeNull();
    await response.arrayBuffer();
  });

  it('rejects when its port is taken', async () => {
    await expect(serve(gateway.handle, { port: listener.port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('no longer answers once closed', async () => {
    const closing = await serve(gateway.handle);
    await closing.close();
    await expect(fetch(closing.url)).rejects.toThrow(/fetch failed/);
  });
});
