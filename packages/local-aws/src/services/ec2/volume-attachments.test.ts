import { describe, expect, it } from 'vitest';
import type { InstanceSpec } from './build-instance.ts';
import { ebsDurations } from './ebs-durations.ts';
import { testNetwork } from './test-network.ts';

const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  const made = on.instance(more);
  const [root = '', data = ''] = made.blockDevices.map(({ volumeId }) => volumeId);
  const detach = (VolumeId: string, input: object = {}) => on.perform('DetachVolume', { VolumeId, ...input });
  return { on, made, root, data, detach };
};

// https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html
describe('AttachVolume', () => {
  it.each([
    ['m5.large', 27],
    ['m5d.large', 26],
    ['m7i.large', 32],
    ['m4.large', 40],
  ])('to a running %s takes %d volumes in all', async (type, most) => {
    const { on, made } = furnished({ type });
    const attach = async (Device: string): Promise<object> => {
      const { VolumeId } = await on.perform<{ VolumeId: string }>('CreateVolume', {
        AvailabilityZone: made.availabilityZone,
        Size: 1,
      });
      await on.pass(ebsDurations.createVolume);
      return on.perform('AttachVolume', { VolumeId, InstanceId: made.instanceId, Device });
    };
    for (let count = made.blockDevices.length; count < most; count += 1) await attach(`/dev/sd${count}`);
    await expect(attach('/dev/sdzz')).rejects.toMatchObject({ code: 'AttachmentLimitExceeded' });
    expect(made.blockDevices).toHaveLength(most);
  });
});

describe('DetachVolume', () => {
  it('takes a data volume from a running instance', async () => {
    const { on, made, data, detach } = furnished();
    await detach(data);
    expect(on.state.volumes.get(data)?.attachments[0]?.state).toBe('detaching');
    await on.pass(ebsDurations.detach);
    expect(on.state.volumes.get(data)).toMatchObject({ state: 'available', attachments: [] });
    expect(made.blockDevices.map(({ volumeId }) => volumeId)).not.toContain(data);
  });

  it('takes the root volume of a stopped instance alone, whatever force is used', async () => {
    const running = furnished();
    const attempt = running.detach(running.root, { Force: true });
    await expect(attempt).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    const stopped = furnished({ state: 'stopped' });
    await stopped.detach(stopped.root);
    await stopped.on.pass(ebsDurations.detach);
    expect(stopped.on.state.volumes.get(stopped.root)?.state).toBe('available');
  });

  it('gets stuck on a volume that the guest has mounted, until it is forced', async () => {
    const mounted = { deviceName: '/dev/sdf', sizeGiB: 10, content: 'data', mounted: true };
    const { on, data, detach } = furnished({
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }, mounted],
    });
    await detach(data);
    await on.pass(ebsDurations.detach);
    expect(on.state.volumes.get(data)).toMatchObject({ state: 'in-use', attachments: [{ state: 'busy' }] });
    await detach(data, { Force: true });
    await on.pass(ebsDurations.detach);
    expect(on.state.volumes.get(data)?.state).toBe('available');
  });

  it('may be asked for twice, and the second does not undo an attachment that came between', async () => {
    const { on, made, data, detach } = furnished();
    await detach(data);
    await on.pass(1000);
    await detach(data);
    await on.pass(ebsDurations.detach - 1000);
    const back = { VolumeId: data, InstanceId: made.instanceId, Device: '/dev/sdf' };
    await on.perform('AttachVolume', back);
    await on.pass(ebsDurations.attach);
    expect(on.state.volumes.get(data)).toMatchObject({
      state: 'in-use',
      attachments: [{ state: 'attached', deviceName: '/dev/sdf' }],
    });
    expect(made.blockDevices.find(({ volumeId }) => volumeId === data)?.deleteOnTermination).toBe(false);
  });
});

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html
describe('a volume that several instances have (Multi-Attach)', () => {
  const shared = {
    deviceName: '/dev/sdf',
    sizeGiB: 10,
    content: 'data',
    volumeType: 'io2',
    multiAttach: true,
  } as const;
  const volumes = [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }, shared];

  it('is attached to another instance of the Nitro System, once, and is let go by one alone', async () => {
    const { on, made, data } = furnished({ type: 'm5.large', volumes });
    const other = on.instance({ type: 'm5.large' });
    const attach = (InstanceId: string) =>
      on.perform('AttachVolume', { VolumeId: data, InstanceId, Device: '/dev/sdz' });
    await attach(other.instanceId);
    await on.pass(ebsDurations.attach);
    await expect(attach(other.instanceId)).rejects.toMatchObject({ code: 'VolumeInUse' });
    const xen = on.instance({ type: 'm4.large' });
    await expect(attach(xen.instanceId)).rejects.toMatchObject({ code: 'UnsupportedOperation' });

    await expect(on.perform('DetachVolume', { VolumeId: data })).rejects.toMatchObject({
      code: 'MissingParameter',
    });
    await on.perform('DetachVolume', { VolumeId: data, InstanceId: made.instanceId });
    await on.pass(ebsDurations.detach);
    const { Volumes } = await on.perform<{ Volumes: object[] }>('DescribeVolumes', { VolumeIds: [data] });
    expect(Volumes).toMatchObject([
      { State: 'in-use', MultiAttachEnabled: true, Attachments: [{ InstanceId: other.instanceId }] },
    ]);
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
describe('a volume with an AWS Marketplace product code', () => {
  it('is attached to a stopped instance alone, of an account that is subscribed; its codes show on the instance', async () => {
    const coded = { deviceName: '/dev/xvda', sizeGiB: 8, content: 'root', productCodes: ['prod1'] };
    const { on, made, root } = furnished({ state: 'stopped', volumes: [coded] });
    const { Reservations } = await on.perform<{ Reservations: { Instances: object[] }[] }>(
      'DescribeInstances',
      { InstanceIds: [made.instanceId] },
    );
    expect(Reservations[0]?.Instances[0]).toMatchObject({
      ProductCodes: [{ ProductCodeId: 'prod1', ProductCodeType: 'marketplace' }],
    });
    await on.perform('DetachVolume', { VolumeId: root });
    await on.pass(ebsDurations.detach);
    const attach = (InstanceId: string) =>
      on.perform('AttachVolume', { VolumeId: root, InstanceId, Device: '/dev/sdz' });
    await expect(attach(on.instance({}).instanceId)).rejects.toMatchObject({ code: 'IncorrectState' });
    const stopped = on.instance({ state: 'stopped' }).instanceId;
    await expect(attach(stopped)).rejects.toMatchObject({ code: 'OptInRequired' });
  });
});
