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
