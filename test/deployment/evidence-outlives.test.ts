import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { sessionOf } from '@cordon/drill';
import { EVIDENCE_DESK_FUNCTION_NAME, vaultBucketName } from '@cordon/incident';
import { deploymentStages } from '@cordon/incident/deployment';
import { ec2State, lambdaState, s3State } from '@cordon/local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { cordonAs } from '../drill/cordon-as.ts';
import { play, type Played } from '../steps/play.ts';

const PATIENCE_MS = 180_000;
const work = mkdtempSync(join(tmpdir(), 'cordon-outlives-'));

let played: Played;
let port = 0;
let incident = '';

beforeAll(async () => {
  played = await play({ scenario: 'no-profile', seed: 'outlives' });
  const { organization } = played;
  const vault = organization.world.of(s3State, '', '').buckets.get(vaultBucketName(config.accounts.evidence));
  incident = [...(vault?.versions.keys() ?? [])][0]?.split('/')[1] ?? '';
  ({ port } = await organization.serve());
}, PATIENCE_MS);
afterAll(async () => {
  rmSync(work, { recursive: true });
  await played.organization.close();
});

/** The tool as a reader of evidence runs it. */
const asReader = async (args: readonly string[]) => {
  const { organization } = played;
  const keys = sessionOf(organization, config, 'ada@example.org', config.evidence.readers);
  if (keys === undefined) throw new Error('nobody is named');
  return cordonAs(organization, { port, keys }, ['evidence', ...args]);
};

const exportTo = async (name: string): Promise<string> => {
  const { functions } = played.organization.world.of(
    lambdaState,
    config.accounts.evidence,
    config.homeRegion,
  );
  const url = `https://${functions.get(EVIDENCE_DESK_FUNCTION_NAME)?.url?.host ?? ''}/`;
  const out = join(work, name);
  const args = ['export', incident, '--to', 'the court', '--reason', 'an order', '-o', out, '--url', url];
  expect(await asReader(args)).toMatchObject({ exit: 0, stderr: '' });
  return out;
};

const verified = async (bundle: string): Promise<unknown> => {
  const { keyFingerprint } = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')) as {
    keyFingerprint: string;
  };
  const ran = await asReader(['verify', bundle, '--json', '--key-fingerprint', keyFingerprint]);
  return JSON.parse(ran.stdout);
};

/** Ends the forensic machines, as whoever removes a deployment must first. */
const endMachines = async (): Promise<void> => {
  const { organization } = played;
  const { forensics } = config.accounts;
  for (const region of organization.world.facts.regions) {
    const InstanceIds = [...organization.world.of(ec2State, forensics, region).instances.keys()];
    if (InstanceIds.length === 0) continue;
    const client = new EC2Client({
      region,
      credentials: organization.credentialsFor(forensics, 'administrator'),
      requestHandler: organization.requestHandler,
    });
    await organization.during(() => client.send(new TerminateInstancesCommand({ InstanceIds })));
    await organization.run();
  }
};

/** Deletes every stack of an account and Region that a removal does not keep. Gives the status of each that was there. */
const removeIn = async (
  account: string,
  region: string,
  isKept: (stack: string) => boolean,
): Promise<readonly string[]> => {
  const { organization } = played;
  const client = new CloudFormationClient({
    region,
    credentials: organization.credentialsFor(account, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  const send = <Value>(act: () => Promise<Value>): Promise<Value> => organization.during(act);
  const { Stacks: stacks = [] } = await send(() => client.send(new DescribeStacksCommand({})));
  const gone = stacks.filter(({ StackName: name = '' }) => !isKept(name)).toReversed();
  const statuses: string[] = [];
  for (const { StackId } of gone) {
    await send(() => client.send(new DeleteStackCommand({ StackName: StackId })));
    await organization.run();
    const { Stacks: [stack] = [] } = await send(() =>
      client.send(new DescribeStacksCommand({ StackName: StackId })),
    );
    statuses.push(`${stack?.StackName} ${stack?.StackStatus} ${stack?.StackStatusReason ?? ''}`.trim());
  }
  return statuses;
};

it(
  'evidence of before a removal is exported after it, and verifies; so does a bundle of before',
  async () => {
    const before = await exportTo('before');
    const { organization } = played;
    const kept = new Set(
      deploymentStages(config).flatMap(({ stack, removal }) => (removal.does === 'keep' ? [stack] : [])),
    );
    // Guardrails first, as `cordon destroy` does; the order of the rest, and its refusals, are tested beside this.
    const { management } = config.accounts;
    const others = [...organization.world.accounts.keys()].filter((account) => account !== management);
    const gone: string[] = [];
    const removeAll = async (accounts: readonly string[]): Promise<void> => {
      for (const account of accounts)
        for (const region of organization.world.facts.regions)
          gone.push(...(await removeIn(account, region, (stack) => kept.has(stack))));
    };
    await removeAll([management]);
    // A machine that still runs keeps its network, and so its stack.
    await endMachines();
    await removeAll(others);
    expect(gone.length).toBeGreaterThan(6);
    expect(gone.filter((line) => !line.endsWith(' DELETE_COMPLETE'))).toEqual([]);
    expect(
      organization.world.of(lambdaState, config.accounts.security, config.homeRegion).functions.size,
    ).toBe(0);

    const after = await exportTo('after');
    for (const bundle of [before, after])
      expect(await verified(bundle)).toMatchObject({
        status: 'verified',
        ledgers: [{ status: 'verified', incidentId: incident }],
      });
  },
  PATIENCE_MS,
);
