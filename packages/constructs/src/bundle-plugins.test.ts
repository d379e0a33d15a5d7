import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHandlers } from './bundle.ts';

const RESPONDER_MODULES = join(import.meta.dirname, '../../responder/node_modules');

const SOURCE = `
import * as z from 'zod';
import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const settings = (requestHandler: object) => ({ region: 'eu-west-1', requestHandler, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
export const invoke = (requestHandler: object) => new LambdaClient(settings(requestHandler)).send(new InvokeCommand({ FunctionName: 'f', Payload: '{}' }));
export const put = async (requestHandler: object) => {
  try {
    return await new DynamoDBClient(settings(requestHandler)).send(new PutItemCommand({ TableName: 't', Item: {}, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
  } catch (error) {
    return { known: error instanceof ConditionalCheckFailedException, name: error.name, fault: error.$fault, message: error.message, item: error.Item };
  }
};
export const streams = (requestHandler: object) => new LambdaClient(settings(requestHandler)).config.eventStreamMarshaller.serialize();
export const discovery = (requestHandler: object) => new DynamoDBClient(settings(requestHandler)).config.endpointCache.get('x');
export const bounds = () => { const schema = z.string().min(2).max(5); return [schema.minLength, schema.maxLength, schema.safeParse('abc').success]; };
export const jsonSchema = () => z.toJSONSchema(z.object({ a: z.string() }));
`;

interface Request {
  readonly headers: Readonly<Record<string, string>>;
}
type Act = (requestHandler?: object) => unknown;

const answering = (statusCode: number, body: string, seen: Request[] = []): object => ({
  handle: (request: Request) => {
    seen.push(request);
    return Promise.resolve({ response: { statusCode, headers: {}, body: new Blob([body]).stream() } });
  },
});

describe('the plugins of a bundle', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-plugins-'));
  let text = '';
  let probe: Readonly<Record<'invoke' | 'put' | 'streams' | 'discovery' | 'bounds' | 'jsonSchema', Act>>;

  beforeAll(async () => {
    symlinkSync(RESPONDER_MODULES, join(work, 'node_modules'));
    const entry = join(work, 'probe.ts');
    writeFileSync(entry, SOURCE);
    await bundleHandlers({ entries: { probe: entry }, outDir: join(work, 'dist') });
    const bundle = join(work, 'dist/probe/index.mjs');
    text = readFileSync(bundle, 'utf8');
    probe = await import(pathToFileURL(bundle).href);
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it('keep an error its class, its members and its name', async () => {
    const body =
      '{"__type":"com.amazonaws.dynamodb#ConditionalCheckFailedException","message":"no","Item":{"pk":{"S":"x"}}}';
    expect(await probe.put(answering(400, body))).toEqual({
      known: true,
      name: 'ConditionalCheckFailedException',
      fault: 'client',
      message: 'no',
      item: { pk: { S: 'x' } },
    });
  });

  it('let a client with streaming operations make its other calls, and name its version', async () => {
    const seen: Request[] = [];
    expect(await probe.invoke(answering(200, '{}', seen))).toMatchObject({ StatusCode: 200 });
    const { version } = JSON.parse(
      readFileSync(join(RESPONDER_MODULES, '@aws-sdk/client-lambda/package.json'), 'utf8'),
    ) as { readonly version: string };
    expect(seen[0]?.headers['user-agent']).toContain(`aws-sdk-js/${version}`);
  });

  it('keep what a schema knows of its own bounds', () => {
    expect(probe.bounds()).toEqual([2, 5, true]);
  });

  it.each([
    ['streams', 'speaks no event streams'],
    ['discovery', 'discovers no endpoints'],
    ['jsonSchema', 'makes no JSON schema'],
  ] as const)('throw with a name when %s are used after all', (what, message) => {
    expect(() => probe[what](answering(200, '{}'))).toThrow(message);
  });

  it.each(['build:es', 'event stream union', 'header value (binary)', 'mnemonist'])(
    'leave out what brings %s along',
    (mark) => {
      expect(text).not.toContain(mark);
    },
  );
});
