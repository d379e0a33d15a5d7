import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHandlers, type BundledHandler } from './bundle.ts';

const RESPONDER_MODULES = join(import.meta.dirname, '../../responder/node_modules');

/** A handler with the four heaviest dependencies of a step; it calls EC2 through the transport that it is given. */
const HEAVY = `
import * as z from 'zod';
import { EC2Client, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { STSClient, AssumeRoleCommand } from '@aws-sdk/client-sts';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const settings = (requestHandler: object) => ({ region: 'eu-west-1', requestHandler, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
export const describe = (requestHandler: object, input: unknown) =>
  new EC2Client(settings(requestHandler)).send(new DescribeNetworkInterfacesCommand(z.object({ Filters: z.array(z.object({ Name: z.string(), Values: z.array(z.string()) })) }).parse(input)));
export const put = (requestHandler: object) =>
  new DynamoDBClient(settings(requestHandler)).send(new PutItemCommand({ TableName: 't', Item: { pk: { S: 'x' } } }));
export const assume = (requestHandler: object) =>
  new STSClient(settings(requestHandler)).send(new AssumeRoleCommand({ RoleArn: 'r', RoleSessionName: 's' }));
`;

interface Request {
  readonly body: string | Uint8Array;
}
type Send = (requestHandler: object, input?: unknown) => Promise<unknown>;

/** A transport that keeps what was sent and answers with one body. */
const answering = (body: string, sent: string[]): object => ({
  handle: (request: Request) => {
    sent.push(typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body));
    return Promise.resolve({ response: { statusCode: 200, headers: {}, body: new Blob([body]).stream() } });
  },
});

describe('bundleHandlers', () => {
  const work = mkdtempSync(join(tmpdir(), 'cordon-bundle-'));
  const outDir = join(work, 'dist');
  const entries = { heavy: join(work, 'heavy.ts'), light: join(work, 'light.ts') };
  let bundled: readonly BundledHandler[] = [];
  let heavy: Readonly<Record<'describe' | 'put' | 'assume', Send>>;

  beforeAll(async () => {
    symlinkSync(RESPONDER_MODULES, join(work, 'node_modules'));
    writeFileSync(entries.heavy, HEAVY);
    writeFileSync(entries.light, 'export const handler = async (): Promise<string> => "done";\n');
    mkdirSync(join(outDir, 'gone'), { recursive: true });
    bundled = await bundleHandlers({ entries, outDir });
    heavy = await import(pathToFileURL(join(outDir, 'heavy/index.mjs')).href);
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it('keeps a handler of EC2, STS, DynamoDB and zod below 500 kB', () => {
    const size = bundled.find(({ name }) => name === 'heavy')?.sizeBytes ?? Infinity;
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(500_000);
  });

  it('sends the query names and reads the XML names that differ from the SDK names', async () => {
    const sent: string[] = [];
    const reply = `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkInterfaceSet><item>
      <networkInterfaceId>eni-1</networkInterfaceId><vpcId>vpc-1</vpcId><groupSet><item><groupId>sg-1</groupId></item></groupSet>
      <attachment><instanceId>i-1</instanceId><deleteOnTermination>true</deleteOnTermination></attachment>
    </item></networkInterfaceSet><nextToken>more</nextToken></DescribeNetworkInterfacesResponse>`;
    const given = await heavy.describe(answering(reply, sent), {
      Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }],
    });
    expect(new URLSearchParams(sent[0]).get('Filter.1.Value.1')).toBe('vpc-1');
    expect(given).toMatchObject({
      NextToken: 'more',
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-1',
          VpcId: 'vpc-1',
          Groups: [{ GroupId: 'sg-1' }],
          Attachment: { InstanceId: 'i-1', DeleteOnTermination: true },
        },
      ],
    });
  });

  it('leaves the JSON and query protocols as they were', async () => {
    const sent: string[] = [];
    expect(await heavy.put(answering('{"Attributes":{"pk":{"S":"old"}}}', sent))).toMatchObject({
      Attributes: { pk: { S: 'old' } },
    });
    expect(JSON.parse(sent[0] ?? '')).toEqual({ TableName: 't', Item: { pk: { S: 'x' } } });
    const reply = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>k</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    expect(await heavy.assume(answering(reply, sent))).toMatchObject({ Credentials: { AccessKeyId: 'k' } });
  });

  it('removes bundles that are no longer asked for', () => {
    expect(readdirSync(outDir).toSorted()).toEqual(['heavy', 'light']);
    expect(readdirSync(join(outDir, 'light')).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
  });

  it('writes the same bytes again, and only where something changed', async () => {
    const light = join(outDir, 'light/index.mjs');
    const heavyFile = join(outDir, 'heavy/index.mjs');
    const before = readFileSync(light);
    const past = new Date(1_000_000);
    utimesSync(light, past, past);
    writeFileSync(heavyFile, '// not the bundle');
    await bundleHandlers({ entries, outDir });
    expect(statSync(light).mtime).toEqual(past);
    expect(readFileSync(light).equals(before)).toBe(true);
    expect(statSync(heavyFile).size).toBeGreaterThan(100_000);
  });

  it('rejects with the name of what cannot be found', async () => {
    const missing = join(work, 'missing.ts');
    writeFileSync(missing, 'export { handler } from "./nowhere.ts";\n');
    await expect(bundleHandlers({ entries: { missing }, outDir: join(work, 'other') })).rejects.toThrow(
      './nowhere.ts',
    );
  });
});
