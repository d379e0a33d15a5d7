import type { CreateVolumeCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ServiceFault } from '../../core/fault.ts';
import { MEMBER, REGION } from '../../organization-testing.ts';
import { addRole } from '../iam/build.ts';
import { addKey } from '../kms/build.ts';
import { addDocument } from './build.ts';
import { hashOf } from './documents.ts';
import { furnished } from './testing.ts';

// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
describe('a command', () => {
  it('goes from pending over in progress to success, with what the guest said', async () => {
    const on = await furnished();
    on.answers.answer = () => ({ stdout: 'o'.repeat(30_000), stderr: 'e'.repeat(9_000) });
    const id = await on.send({ Parameters: { Message: ['$(reboot)\n<script>'], Kind: ['loud'] } });
    await on.pass(1);
    expect(await on.result(id)).toMatchObject({ Status: 'Pending', ResponseCode: -1 });
    await on.pass(1);
    expect(await on.result(id)).toMatchObject({ Status: 'InProgress', StatusDetails: 'In Progress' });
    await on.pass(10);
    const result = await on.result(id);
    expect(result).toMatchObject({
      Status: 'Success',
      ResponseCode: 0,
      PluginName: 'aws:runShellScript',
      ExecutionStartDateTime: '2026-01-01T00:00:02.000Z',
      ExecutionElapsedTime: 'PT10S',
      StandardOutputContent: 'o'.repeat(24_000),
      StandardErrorContent: 'e'.repeat(8_000),
    });
    expect(on.answers.asked).toMatchObject([
      {
        instanceId: on.instance.instanceId,
        documentName: 'hello',
        documentVersion: '1',
        parameters: { Message: ['$(reboot)\n<script>'], Kind: ['loud'], Seconds: ['600'] },
        step: { name: 'say', commands: ['echo $(reboot)\n<script>', 'kind=loud'], timeoutSeconds: 600 },
      },
    ]);
  });

  it('fails when a step ends with another code than 0', async () => {
    const on = await furnished();
    on.answers.answer = () => ({ exitCode: 3, stderr: 'no space left' });
    const id = await on.send();
    await on.pass(30);
    expect(await on.result(id)).toMatchObject({
      Status: 'Failed',
      ResponseCode: 3,
      StandardErrorContent: 'no space left',
    });
  });

  it('is cut when it takes longer than the document lets it', async () => {
    const on = await furnished();
    on.answers.answer = () => ({ seconds: 601 });
    const id = await on.send();
    await on.pass(601);
    expect(await on.result(id)).toMatchObject({ Status: 'InProgress' });
    await on.pass(2);
    expect(await on.result(id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'Execution Timed Out',
      StandardOutputContent: '',
    });
  });

  it('cannot be read at once, nor at another instance', async () => {
    const on = await furnished();
    const id = await on.send();
    await expect(on.result(id)).rejects.toMatchObject({ code: 'InvocationDoesNotExist' });
    await on.pass(30);
    const InstanceId = 'i-0fedcba9876543210';
    await expect(on.result(id, { InstanceId })).rejects.toMatchObject({ code: 'InvocationDoesNotExist' });
  });
});

describe('a command whose agent cannot be reached', () => {
  it('is delayed, and delivered when the way is open again', async () => {
    const on = await furnished();
    on.primary.groups = [on.none.groupId];
    const id = await on.send();
    await on.pass(10);
    expect(await on.result(id)).toMatchObject({ Status: 'Delayed' });
    expect(on.answers.asked).toEqual([]);
    on.primary.groups = [on.web.groupId];
    await on.pass(60);
    expect(await on.result(id)).toMatchObject({ Status: 'Success' });
  });

  it('does not begin after its delivery time-out, and times out when that of its run is over too', async () => {
    const on = await furnished();
    on.primary.groups = [on.none.groupId];
    const id = await on.send({ TimeoutSeconds: 60 });
    await on.pass(100);
    on.primary.groups = [on.web.groupId];
    await on.pass(559);
    expect(await on.result(id)).toMatchObject({ Status: 'Delayed' });
    await on.pass(2);
    expect(await on.result(id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Delivery Timed Out' });
    expect(on.answers.asked).toEqual([]);
  });

  it('is undeliverable to an instance that has gone', async () => {
    const on = await furnished();
    const id = await on.send();
    on.instance.state = 'terminated';
    await on.pass(5);
    expect(await on.result(id)).toMatchObject({ Status: 'Failed', StatusDetails: 'Undeliverable' });
  });

  it('brings its result when the way is open again, and none of a host that stopped meanwhile', async () => {
    const on = await furnished();
    const id = await on.send();
    await on.pass(5);
    on.primary.groups = [on.none.groupId];
    await on.pass(60);
    expect(await on.result(id)).toMatchObject({ Status: 'InProgress' });
    on.primary.groups = [on.web.groupId];
    await on.pass(60);
    expect(await on.result(id)).toMatchObject({ Status: 'Success' });
    const second = await on.send();
    await on.pass(5);
    on.instance.rebootedAt = on.organization.timeline.now();
    await on.pass(4190);
    expect(await on.result(second)).toMatchObject({ Status: 'InProgress' });
    await on.pass(10);
    expect(await on.result(second)).toMatchObject({ StatusDetails: 'Delivery Timed Out' });
  });

  it('is cancelled at once before it began, and when the agent hears of it after', async () => {
    const on = await furnished();
    const first = await on.send();
    await on.ask('CancelCommand', { CommandId: first });
    await on.pass(30);
    expect(await on.result(first)).toMatchObject({ Status: 'Cancelled' });
    expect(on.answers.asked).toEqual([]);
    const second = await on.send();
    await on.pass(3);
    await on.ask('CancelCommand', { CommandId: second, InstanceIds: [on.instance.instanceId] });
    expect(await on.result(second)).toMatchObject({ Status: 'Cancelling' });
    await on.pass(2);
    expect(await on.result(second)).toMatchObject({ Status: 'Cancelled' });
    await on.pass(60);
    expect(await on.result(second)).toMatchObject({ Status: 'Cancelled', StandardOutputContent: '' });
    await expect(on.ask('CancelCommand', { CommandId: 'none' })).rejects.toMatchObject({
      code: 'InvalidCommandId',
    });
  });
});

describe('SendCommand refuses', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['an instance without an agent', { InstanceIds: ['i-0fedcba9876543210'] }, 'InvalidInstanceId'],
    ['a document that is not there', { DocumentName: 'none' }, 'InvalidDocument'],
    [
      'a document of another account that is not shared',
      { DocumentName: 'arn:aws:ssm:eu-west-1:222222222222:document/theirs' },
      'InvalidDocument',
    ],
    ['a version that is not there', { DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    [
      'a hash of other content',
      { DocumentHash: 'a'.repeat(64), DocumentHashType: 'Sha256' },
      'InvalidDocument',
    ],
    ['a parameter that the document has not', { Parameters: { Other: ['x'] } }, 'InvalidParameters'],
    ['a value that is not allowed', { Parameters: { Kind: ['other'] } }, 'InvalidParameters'],
    ['a value that does not match', { Parameters: { Message: ['a`b'] } }, 'InvalidParameters'],
    ['two values of one text', { Parameters: { Message: ['a', 'b'] } }, 'InvalidParameters'],
    ['a time-out of the run that cannot be', { Parameters: { Seconds: ['soon'] } }, 'InvalidParameters'],
    ['a delivery time-out that cannot be', { TimeoutSeconds: 5 }, 'ValidationException'],
    ['a comment that is too long', { Comment: 'c'.repeat(101) }, 'ValidationException'],
    ['targets by tags', { Targets: [{ Key: 'tag:a', Values: ['b'] }] }, 'UnsupportedOperation'],
    ['output to a bucket', { OutputS3BucketName: 'b' }, 'UnsupportedOperation'],
  ];
  it.each(cases)('%s', async (_name, input, code) => {
    const on = await furnished();
    addDocument(
      on.organization.world,
      { account: on.other, region: REGION, name: 'theirs', content: on.document.versions[0]?.text ?? '' },
      0,
    );
    await expect(on.send(input)).rejects.toMatchObject({ code });
    expect(on.answers.asked).toEqual([]);
  });

  it('an instance of another platform', async () => {
    const on = await furnished({ guest: 'Windows' });
    await expect(on.send()).rejects.toMatchObject({ code: 'UnsupportedPlatformType' });
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
  it.each([
    ['the document alone', ['document/hello'], {}, false],
    ['the instance alone', ['instance/*'], {}, false],
    ['both', ['document/hello', 'instance/*'], {}, true],
    ['both with the tag', ['document/hello', 'instance/*'], { 'ssm:resourceTag/team': 'shop' }, true],
    ['both with another tag', ['document/hello', 'instance/*'], { 'aws:ResourceTag/team': 'x' }, false],
  ])('or performs it, for one who may use %s', async (_name, resources, tags, works) => {
    const on = await furnished();
    const { world, ids, timeline, host } = on.organization;
    const Statement = resources.map((resource) => ({
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: `arn:aws:${resource.startsWith('instance') ? 'ec2' : 'ssm'}:${REGION}:${MEMBER}:${resource}`,
      ...(resource.startsWith('instance') ? { Condition: { StringEquals: tags } } : {}),
    }));
    const trust = { Version: '2012-10-17', Statement: [] };
    const inline = { sends: { Version: '2012-10-17', Statement } };
    const { arn } = addRole(
      world,
      { account: MEMBER, name: 'sender', trust, inline },
      { ids, now: timeline.now() },
    );
    const sending = host.perform({
      caller: host.callerForRole(arn, 'test'),
      region: REGION,
      service: 'ssm',
      operation: 'SendCommand',
      input: { DocumentName: 'hello', InstanceIds: [on.instance.instanceId] },
    });
    const answered = await sending.then(
      () => 'sent',
      (error: unknown) => (error instanceof ServiceFault ? error.code : 'another error'),
    );
    expect(answered).toBe(works ? 'sent' : 'AccessDeniedException');
  });
});

describe('a document that is pinned', () => {
  it('runs as it was hashed, and not once somebody has changed it', async () => {
    const on = await furnished();
    const [version] = on.document.versions;
    if (version === undefined) throw new Error('the document has no version');
    const pinned = { DocumentHash: hashOf(version), DocumentHashType: 'Sha256' };
    await on.send(pinned);
    const evil = {
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ['rm'] } }],
    };
    addDocument(on.organization.world, { ...on.place, name: 'hello', content: evil }, 0);
    await expect(on.send(pinned)).rejects.toMatchObject({ code: 'InvalidDocument' });
    await on.send({ ...pinned, DocumentVersion: '1' });
    await on.pass(30);
    expect(on.answers.asked.map(({ documentVersion }) => documentVersion)).toEqual(['1', '1']);
  });

  it('of another account runs where it is shared, by its ARN', async () => {
    const on = await furnished();
    const theirs = addDocument(
      on.organization.world,
      {
        account: on.other,
        region: REGION,
        name: 'theirs',
        content: on.document.versions[0]?.text ?? '',
        sharedWith: [MEMBER],
      },
      0,
    );
    await on.send({ DocumentName: theirs.arn });
    await on.pass(30);
    expect(on.answers.asked).toMatchObject([{ documentName: theirs.arn }]);
  });
});

describe('a fresh volume', () => {
  it('is made under a key, attached to the running host, written by its guest, taken off, kept and deleted', async () => {
    const on = await furnished();
    const { world, ids, timeline } = on.organization;
    const key = addKey(
      world,
      {
        ...on.place,
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${MEMBER}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
      },
      { ids, now: timeline.now() },
    );
    const { VolumeId = '' } = await on.ask<CreateVolumeCommandOutput>(
      'CreateVolume',
      { AvailabilityZone: `${REGION}a`, Size: 4, Encrypted: true, KmsKeyId: key.arn, VolumeType: 'gp3' },
      'ec2',
    );
    await on.pass(10);
    const volume = on.state.volumes.get(VolumeId);
    expect(volume).toMatchObject({ state: 'available', encrypted: true, kmsKeyArn: key.arn });
    await on.ask('AttachVolume', { VolumeId, InstanceId: on.instance.instanceId, Device: '/dev/sdm' }, 'ec2');
    await on.pass(5);
    on.answers.answer = ({ devices }) => {
      const device = devices.find(({ deviceName }) => deviceName === '/dev/sdm');
      device?.write({ firstBlock: 0, blocks: 2, content: 'header' }, 1);
      device?.write({ firstBlock: 2, blocks: 4096, content: 'memory' });
      return { seconds: 20 };
    };
    await on.send();
    await on.pass(10);
    expect(volume?.written).toEqual([{ firstBlock: 0, blocks: 2, content: 'header' }]);
    await on.pass(20);
    expect(volume?.written).toHaveLength(2);
    expect(on.answers.asked[0]?.devices.map(({ deviceName, sizeGiB }) => [deviceName, sizeGiB])).toEqual([
      ['/dev/xvda', 8],
      ['/dev/sdm', 4],
    ]);
    await on.ask('DetachVolume', { VolumeId }, 'ec2');
    await on.pass(5);
    await on.ask('CreateSnapshot', { VolumeId }, 'ec2');
    await on.pass(120);
    expect([...on.state.snapshots.values()]).toMatchObject([
      { volumeId: VolumeId, state: 'completed', kmsKeyArn: key.arn },
    ]);
    await on.ask('DeleteVolume', { VolumeId }, 'ec2');
    await on.pass(10);
    expect(on.state.volumes.has(VolumeId)).toBe(false);
  });

  it('has what was written before it was taken away, or the step was cut', async () => {
    const on = await furnished();
    const [root] = [...on.state.volumes.values()];
    on.answers.answer = ({ devices }) => {
      devices[0]?.write({ firstBlock: 1, blocks: 1, content: 'early' }, 10);
      devices[0]?.write({ firstBlock: 2, blocks: 1, content: 'late' }, 900);
      return { seconds: 1000 };
    };
    await on.send();
    await on.pass(1100);
    expect(root?.written).toEqual([{ firstBlock: 1, blocks: 1, content: 'early' }]);
    on.answers.answer = ({ devices }) => {
      devices[0]?.write({ firstBlock: 8 * 2048, blocks: 1, content: 'behind the end' });
      return {};
    };
    await on.send();
    await expect(on.pass(30)).rejects.toThrow('behind the end of');
  });
});
