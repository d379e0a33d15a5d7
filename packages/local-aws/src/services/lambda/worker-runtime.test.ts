import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOrganization, type Organization } from '../../organization.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const START = Date.parse('2026-01-01T00:00:00Z');
const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:probe`;

const SOURCE = `
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
const sts = new STSClient({});
const s3 = new S3Client({ forcePathStyle: false });
const who = () => sts.send(new GetCallerIdentityCommand({}));
let runs = 0;
const acts = {
  identity: async () => ({ arn: (await who()).Arn, env: { region: process.env.AWS_REGION, mine: process.env.MINE, home: process.env.HOME } }),
  serial: async () => { await Promise.all([who(), who()]); await who(); return { now: Date.now(), date: new Date().toISOString() }; },
  runs: async () => (runs += 1),
  object: async () => s3.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a/b' })).catch((error) => error.name),
  fail: async () => { throw new TypeError('not that'); },
  crash: async () => { process.exit(3); },
  hang: async () => new Promise(() => {}),
  slow: async () => { for (let n = 0; n < 30; n += 1) await who(); },
};
export const handler = (event) => acts[event.act]();
`;

let directory = '';
const open: Organization[] = [];

beforeAll(() => {
  // The test's own deployable bundle, made as the product's are.
  const here = fileURLToPath(new URL('.', import.meta.url));
  directory = mkdtempSync(join(tmpdir(), 'probe-'));
  writeFileSync(
    join(directory, 'index.mjs'),
    execFileSync(
      fileURLToPath(new URL('../../../../../node_modules/.bin/esbuild', import.meta.url)),
      [
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--main-fields=module,main',
        '--minify',
        '--log-level=error',
        '--banner:js=import{createRequire as r}from"node:module";const require=r(import.meta.url);',
      ],
      { input: SOURCE, cwd: here, maxBuffer: 2 ** 26 },
    ),
  );
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((organization) => organization.close()));
});

afterAll(() => rmSync(directory, { recursive: true }));

const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'probe',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          ],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'probe',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 2,
        Environment: { Variables: { MINE: 'yes', NODE_OPTIONS: '--enable-source-maps' } },
        Code: { S3Bucket: 'assets', S3Key: 'probe.zip' },
      },
    },
  },
};

const deployed = async (): Promise<Organization> => {
  const organization = await createOrganization({
    seed: 'test',
    startAt: new Date(START).toISOString(),
    organizationId: 'o-test000000',
    managementAccount: ACCOUNT,
    accounts: [{ id: ACCOUNT, name: 'only' }],
    regions: [REGION],
    delegatedAdministrators: [],
    runtime: 'workers',
  });
  open.push(organization);
  organization.deploy(template, {
    account: ACCOUNT,
    region: REGION,
    stackName: 's',
    assetDirectory: () => directory,
  });
  return organization;
};

/** Invokes the bundle and lets time pass until it has answered. */
const invoke = async (organization: Organization, act: string): Promise<unknown> => {
  let ended = false;
  const result = organization.host.invokeFunction(ARN, JSON.stringify({ act })).finally(() => {
    ended = true;
  });
  await organization.run(() => ended);
  return JSON.parse((await result).payload);
};

describe('a function as built', () => {
  it('is the session of its role, in the environment that its template gives it', async () => {
    const organization = await deployed();
    expect(await invoke(organization, 'identity')).toEqual({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/probe/probe`,
      env: { region: REGION, mine: 'yes' },
    });
  });

  it('sends parallel calls at one time, a serial one at the time of the reply, and reads the virtual clock', async () => {
    const organization = await deployed();
    const answer = await invoke(organization, 'serial');
    expect(organization.journal.calls.map(({ sentAt }) => sentAt - START)).toEqual([600, 600, 700]);
    expect(answer).toEqual({ now: START + 800, date: '2026-01-01T00:00:00.800Z' });
  });

  it('uses a free environment again, and starts warm', async () => {
    const organization = await deployed();
    expect([await invoke(organization, 'runs'), await invoke(organization, 'runs')]).toEqual([1, 2]);
    expect(organization.timeline.now() - START).toBe(750);
  });

  it('starts another environment while the first is busy', async () => {
    const organization = await deployed();
    const [first, second] = await Promise.all([
      organization.host.invokeFunction(ARN, '{"act":"runs"}'),
      organization.host.invokeFunction(ARN, '{"act":"runs"}'),
      organization.run(),
    ]);
    expect([first.payload, second.payload]).toEqual(['1', '1']);
    expect(organization.timeline.now() - START).toBe(600);
  });

  it('reaches buckets over loopback', async () => {
    const organization = await deployed();
    await invoke(organization, 'object');
    expect(organization.journal.calls).toMatchObject([
      { service: 's3', operation: 'GetObject', input: { Bucket: 'no-such-bucket', Key: 'a/b' } },
    ]);
  });

  it('reports an error by type, message and trace', async () => {
    const organization = await deployed();
    expect(await invoke(organization, 'fail')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'not that',
      trace: expect.arrayContaining(['TypeError: not that']),
    });
  });

  it('reports a process that ends, and goes on in a new one', async () => {
    const organization = await deployed();
    expect(await invoke(organization, 'crash')).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await invoke(organization, 'runs')).toBe(1);
  });

  it('times out on the virtual clock, whatever it still calls', async () => {
    const organization = await deployed();
    expect(await invoke(organization, 'slow')).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(organization.timeline.now() - START).toBe(2_600);
    expect(organization.journal.calls).toHaveLength(20);
  });

  it('gives the same journal for the same seed, also when functions run side by side', async () => {
    const journals = [];
    for (let round = 0; round < 2; round += 1) {
      const organization = await deployed();
      await Promise.all([
        ...['serial', 'identity', 'serial'].map((act) =>
          organization.host.invokeFunction(ARN, JSON.stringify({ act })),
        ),
        organization.run(),
      ]);
      journals.push(JSON.stringify(organization.journal));
    }
    expect(journals[0]).toContain('GetCallerIdentity');
    expect(journals[1]).toBe(journals[0]);
  });
});
