import { describe, expect, it } from 'vitest';
import { START } from '../testing.ts';
import type { InstanceSpec } from './build-instance.ts';
import { addAddress } from './build.ts';
import { instanceDurations } from './durations.ts';
import { ebsDurations } from './ebs-durations.ts';
import { LOST, memoryOnDisk, rootVolumeOf } from './memory.ts';
import { testNetwork } from './test-network.ts';

const encrypted = {
  hibernation: true,
  volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root', encrypted: true, kmsKeyArn: 'k' }],
};

const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  const made = on.instance({ memory: 'the implant', instanceStore: 'scratch', ...more });
  const send = (operation: string, input: object = {}) =>
    on.perform(operation, { InstanceIds: [made.instanceId], ...input });
  const primary = () => on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '');
  const disk = () => memoryOnDisk(rootVolumeOf(on.state, made)?.content ?? '');
  return { on, made, send, primary, disk };
};

describe('what a stop loses', () => {
  it('is memory and instance store, once it has stopped', async () => {
    const { on, made, send } = furnished();
    await send('StopInstances');
    expect([made.memory, made.instanceStore]).toEqual(['the implant', 'scratch']);
    await on.pass(instanceDurations.stop);
    expect([made.memory, made.instanceStore, made.state]).toEqual([LOST, LOST, 'stopped']);
  });

  it('keeps private address and Elastic IP, and a start gives a new launch time', async () => {
    const { on, made, send, primary } = furnished();
    const address = addAddress(on.state, { networkInterfaceId: primary()?.networkInterfaceId ?? '' }, on.ids);
    const before = primary()?.privateIpAddress;
    await send('StopInstances');
    await on.pass(instanceDurations.stop);
    await send('StartInstances');
    expect([primary()?.privateIpAddress, primary()?.publicIp]).toEqual([before, undefined]);
    expect(address.association?.instanceId).toBe(made.instanceId);
    expect(made.launchedAt).toBe(START + instanceDurations.stop);
  });
});

describe('a stop with Hibernate', () => {
  it('writes memory to the encrypted root volume, and a start brings it back', async () => {
    const { on, made, send, disk } = furnished(encrypted);
    await send('StopInstances', { Hibernate: true });
    await on.pass(instanceDurations.hibernate);
    expect(disk()).toEqual({ kind: 'hibernation', memory: 'the implant' });
    expect([made.memory, made.instanceStore, made.state]).toEqual([LOST, LOST, 'stopped']);
    expect(made.stateReason?.code).toBe('Client.UserInitiatedHibernate');
    await send('StartInstances');
    expect(made.memory).toBe('the implant');
  });

  it('is a normal stop where hibernation cannot succeed', async () => {
    const { on, made, send, disk } = furnished({ hibernation: true });
    await send('StopInstances', { Hibernate: true });
    await on.pass(instanceDurations.hibernate);
    expect([disk(), made.memory, made.state]).toEqual([undefined, LOST, 'stopped']);
  });

  it('is refused where it was not enabled at launch', async () => {
    const { made, send } = furnished();
    await expect(send('StopInstances', { Hibernate: true })).rejects.toMatchObject({
      code: 'UnsupportedHibernationConfiguration',
    });
    expect(made.state).toBe('running');
  });

  it('does not bring back the memory of an earlier hibernation after a plain stop', async () => {
    const { on, made, send } = furnished(encrypted);
    for (const Hibernate of [true, false]) {
      await send('StopInstances', { Hibernate });
      await on.pass(instanceDurations.hibernate);
      await send('StartInstances');
      await on.pass(instanceDurations.start);
    }
    expect(made.memory).toBe(LOST);
  });
});

describe('StopInstances', () => {
  it('refuses an instance store root', async () => {
    const { made, send } = furnished({ rootDeviceType: 'instance-store' });
    await expect(send('StopInstances')).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    expect(made.state).toBe('running');
  });

  it('is made quicker by a second one that does not ask the guest', async () => {
    const { on, made, send } = furnished();
    await send('StopInstances');
    await send('StopInstances', { SkipOsShutdown: true, Force: true });
    await on.pass(instanceDurations.stopWithoutGuest);
    expect(made.state).toBe('stopped');
    await send('StartInstances');
    await on.pass(instanceDurations.start);
    await send('StopInstances');
    // The first stop's own appointment falls into the second one, and must not end it.
    await on.pass(instanceDurations.stop - instanceDurations.stopWithoutGuest - instanceDurations.start);
    expect(made.state).toBe('stopping');
  });
});

describe('StartInstances', () => {
  it('refuses an instance whose root volume is detached or being detached, and takes it when it is back', async () => {
    const { on, made, send } = furnished({ state: 'stopped' });
    const root = rootVolumeOf(on.state, made);
    const refusal = { code: 'InvalidParameterValue', message: /volume attached at root \(\/dev\/xvda\)/ };
    await on.perform('DetachVolume', { VolumeId: root?.volumeId });
    await expect(send('StartInstances')).rejects.toMatchObject(refusal);
    await on.pass(ebsDurations.detach);
    await expect(send('StartInstances')).rejects.toMatchObject(refusal);
    await on.perform('AttachVolume', {
      VolumeId: root?.volumeId,
      InstanceId: made.instanceId,
      Device: '/dev/xvda',
    });
    await on.pass(ebsDurations.attach);
    await send('StartInstances');
    expect(made.state).toBe('pending');
  });
});
