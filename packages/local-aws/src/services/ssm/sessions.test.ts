import type { DescribeSessionsCommandOutput, StartSessionCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { ec2State } from '../ec2/state.ts';
import { addSubnet, addVpc } from '../ec2/build.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { ACCOUNT, bench, REGION, sessionOf, START } from '../testing.ts';
import { readSessionDocument } from './session-document.ts';
import { ssmService } from './service.ts';
import { ssmState } from './state.ts';

const MINUTE = 60_000;
const ADA = sessionOf(ACCOUNT, 'staff', 'ada');
const inputs = {
  cloudWatchLogGroupName: '/sessions',
  cloudWatchEncryptionEnabled: true,
  cloudWatchStreamingEnabled: true,
  kmsKeyId: 'arn:aws:kms:eu-west-1:111111111111:key/1',
  idleSessionTimeout: '20',
  maxSessionDuration: '60',
};
const content = (more: object = {}) => ({
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: { ...inputs, ...more },
});

/** A running instance with an agent that has just sent its heartbeat, and a session document. */
const furnished = () => {
  const on = bench(ssmService);
  const state = on.world.of(ec2State, ACCOUNT, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT }, on.ids);
  const { subnetId } = addSubnet(
    state,
    { vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` },
    on.ids,
  );
  const { instanceId } = addInstance(
    state,
    {
      type: 'm6i.large',
      imageId: 'ami-0123456789abcdef0',
      networkInterfaces: [{ subnetId, groups: [] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }],
      launchedAt: START,
      tags: { incident: 'inc-1' },
    },
    on.ids,
  );
  const ssm = on.world.of(ssmState, ACCOUNT, REGION);
  ssm.sessionDocuments.set('recorded', readSessionDocument('recorded', content()));
  ssm.agents.set(instanceId, { registeredAt: START, lastPingAt: START, lastTriedAt: START });
  const start = (input: object = {}) =>
    on.perform<StartSessionCommandOutput>(
      'StartSession',
      { Target: instanceId, DocumentName: 'recorded', ...input },
      { caller: ADA },
    );
  const listed = async (input: object) =>
    (await on.perform<DescribeSessionsCommandOutput>('DescribeSessions', input)).Sessions ?? [];
  return { on, ssm, instanceId, start, listed };
};

describe('StartSession', () => {
  it('asks for the instance, with its tags, and for the document', () => {
    const { on, instanceId } = furnished();
    expect(on.checksOf('StartSession', { Target: instanceId, DocumentName: 'recorded' })).toMatchObject([
      {
        action: 'ssm:StartSession',
        resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${instanceId}`,
        context: { 'ssm:resourceTag/incident': 'inc-1', 'ssm:SessionDocumentAccessCheck': 'true' },
      },
      { resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:document/recorded` },
    ]);
    expect(on.checksOf('StartSession', { Target: instanceId })[1]?.resource).toContain(
      'SSM-SessionManagerRunShell',
    );
  });

  it('makes a session that begins with the name of whoever started it', async () => {
    const { start, listed, instanceId } = furnished();
    const { SessionId: id } = await start();
    expect(id).toMatch(/^ada-[0-9a-f]{17}$/);
    expect(await listed({ State: 'Active' })).toMatchObject([
      { SessionId: id, Target: instanceId, Status: 'Connected', DocumentName: 'recorded' },
    ]);
    expect(await listed({ State: 'History' })).toEqual([]);
  });

  it('is refused where no agent is online, no document is there, or more is asked for', async () => {
    const { on, start } = furnished();
    await expect(start({ DocumentName: 'none' })).rejects.toMatchObject({ code: 'InvalidDocument' });
    await expect(start({ DocumentName: undefined })).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await expect(start({ Parameters: { portNumber: ['22'] } })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
    await on.pass(10 * MINUTE);
    await expect(start()).rejects.toMatchObject({ code: 'TargetNotConnected' });
  });
});

describe('a session', () => {
  it('ends when somebody terminates it, and its owner’s tag is asked for', async () => {
    const { on, start, listed } = furnished();
    const { SessionId } = await start();
    expect(on.checksOf('TerminateSession', { SessionId })).toMatchObject([
      {
        resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:session/${SessionId}`,
        context: { 'ssm:resourceTag/aws:ssmmessages:session-id': 'ada' },
      },
    ]);
    await on.pass(MINUTE);
    await on.perform('TerminateSession', { SessionId });
    const [session] = await listed({ State: 'History' });
    expect(session).toMatchObject({ Status: 'Terminated', EndDate: new Date(START + MINUTE) });
    await expect(on.perform('TerminateSession', { SessionId: 'none' })).rejects.toMatchObject({
      code: 'DoesNotExistException',
    });
  });

  it('ends of itself when nobody types, and when its time is over', async () => {
    const { on, ssm, start, listed } = furnished();
    const { SessionId: idle } = await start();
    const { SessionId: busy = '' } = await start();
    for (let ten = 1; ten <= 7; ten += 1) {
      await on.pass(10 * MINUTE);
      const held = ssm.sessions.get(busy);
      if (held !== undefined) held.activeAt = on.timeline.now();
    }
    const ends = (await listed({ State: 'History' })).map(({ SessionId, EndDate }) => [
      SessionId,
      ((EndDate?.getTime() ?? 0) - START) / MINUTE,
    ]);
    expect(ends).toEqual([
      [idle, 20],
      [busy, 60],
    ]);
  });

  it('is listed by when it began, for thirty days, in pages', async () => {
    const { on, start, listed } = furnished();
    await start();
    await start();
    await on.pass(30 * MINUTE);
    const after = (at: number) => [{ key: 'InvokedAfter', value: new Date(at).toISOString() }];
    expect(await listed({ State: 'History', Filters: after(START - 1) })).toHaveLength(2);
    expect(await listed({ State: 'History', Filters: after(START + MINUTE) })).toEqual([]);
    const first = await on.perform<DescribeSessionsCommandOutput>('DescribeSessions', {
      State: 'History',
      MaxResults: 1,
    });
    expect(await listed({ State: 'History', MaxResults: 1, NextToken: first.NextToken })).toHaveLength(1);
    await expect(
      listed({ State: 'History', Filters: [{ key: 'Owner', value: 'ada' }] }),
    ).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await on.pass(31 * 24 * 60 * MINUTE);
    expect(await listed({ State: 'History' })).toEqual([]);
  });
});

describe('a session document', () => {
  it.each([
    ['a bucket', { s3BucketName: 'mine' }, 'S3'],
    [
      'a recording that comes at the end',
      { cloudWatchStreamingEnabled: false },
      'cloudWatchStreamingEnabled',
    ],
    ['an idle time beyond an hour', { idleSessionTimeout: '61' }, 'idleSessionTimeout'],
    ['an unknown input', { colour: 'red' }, 'colour'],
  ])('with %s is refused by name', (_what, more, said) => {
    expect(() => readSessionDocument('x', content(more))).toThrow(said);
  });
});
