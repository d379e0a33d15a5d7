import { describe, expect, it } from 'vitest';
import type { InstanceSpec } from './build-instance.ts';
import { addAddress, addNetworkInterface } from './build.ts';
import { instanceDurations } from './durations.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const on1 = (on: TestNetwork, operation: string, id: string, more: object = {}) =>
  on.perform(operation, { InstanceIds: [id], ...more });

describe('StopInstances', () => {
  it('stops after a while, and the auto-assigned address is lost only then', async () => {
    const on = testNetwork();
    const made = on.instance();
    const primary = on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '');
    await on1(on, 'StopInstances', made.instanceId);
    expect([made.state, primary?.publicIp]).toEqual(['stopping', '198.18.0.7']);
    await on.pass(instanceDurations.stop);
    expect([made.state, primary?.publicIp]).toEqual(['stopped', undefined]);
  });

  it('is quicker when the guest is not asked', async () => {
    const on = testNetwork();
    const made = on.instance();
    await on1(on, 'StopInstances', made.instanceId, { SkipOsShutdown: true, Force: true });
    await on.pass(instanceDurations.stopWithoutGuest);
    expect(made.state).toBe('stopped');
  });

  it.each<[string, Partial<InstanceSpec>, string]>([
    ['stop protection', { disableApiStop: true }, 'OperationNotPermitted'],
    ['a one-time Spot request', { lifecycle: 'spot' }, 'UnsupportedOperation'],
    ['a pending instance', { state: 'pending' }, 'IncorrectInstanceState'],
    ['a terminated instance', { state: 'terminated' }, 'IncorrectInstanceState'],
  ])('refuses %s', async (_what, more, code) => {
    const on = testNetwork();
    const made = on.instance(more);
    await expect(on1(on, 'StopInstances', made.instanceId)).rejects.toMatchObject({ code });
    expect(made.state).toBe(more.state ?? 'running');
  });

  it('stops none when one may not be stopped', async () => {
    const on = testNetwork();
    const [free, shielded] = [on.instance(), on.instance({ disableApiStop: true })];
    await expect(
      on.perform('StopInstances', { InstanceIds: [free.instanceId, shielded.instanceId] }),
    ).rejects.toThrow(/disableApiStop/);
    expect(free.state).toBe('running');
  });

  it('stops a Spot Instance of a persistent request, and takes a stopped one again', async () => {
    const on = testNetwork();
    const made = on.instance({ lifecycle: 'spot', spotRequest: 'persistent' });
    await on1(on, 'StopInstances', made.instanceId);
    await on.pass(instanceDurations.stop);
    await on1(on, 'StopInstances', made.instanceId);
    expect(made.state).toBe('stopped');
  });
});

describe('StartInstances', () => {
  it('runs after a while with a new public address', async () => {
    const on = testNetwork();
    const made = on.instance();
    await on1(on, 'StopInstances', made.instanceId);
    await on.pass(instanceDurations.stop);
    await on1(on, 'StartInstances', made.instanceId);
    await on.pass(instanceDurations.start);
    const address = on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '')?.publicIp;
    expect(made.state).toBe('running');
    expect(address).not.toBe('198.18.0.7');
    expect(address).toBeDefined();
  });

  it('meets a lack of capacity as a launch does', async () => {
    const on = testNetwork();
    const made = on.instance({ state: 'stopped' });
    on.state.withoutCapacity.add('m7i.large');
    await expect(on1(on, 'StartInstances', made.instanceId)).rejects.toMatchObject({
      code: 'InsufficientInstanceCapacity',
      status: 500,
    });
  });
});

describe('TerminateInstances', () => {
  it('deletes volumes and interfaces that go with the instance and frees the others', async () => {
    const on = testNetwork();
    const kept = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [on.web.groupId] },
      on.ids,
    );
    const made = on.instance({
      networkInterfaces: [
        { subnetId: on.subnet.subnetId, groups: [on.web.groupId] },
        kept.networkInterfaceId,
      ],
    });
    const [own = ''] = made.networkInterfaceIds;
    const address = addAddress(on.state, { networkInterfaceId: own }, on.ids);
    const [root = '', data = ''] = made.blockDevices.map((device) => device.volumeId);
    await on1(on, 'TerminateInstances', made.instanceId);
    expect(made.state).toBe('shutting-down');
    await on.pass(instanceDurations.terminate);
    expect(made.state).toBe('terminated');
    expect(on.state.volumes.has(root)).toBe(false);
    expect(on.state.volumes.get(data)).toMatchObject({ state: 'available', attachments: [] });
    expect(on.state.networkInterfaces.has(own)).toBe(false);
    expect(kept.attachment).toBeUndefined();
    expect(address.association).toBeUndefined();
  });

  it('leaves the instance described for about an hour', async () => {
    const on = testNetwork();
    const { instanceId } = on.instance();
    await on1(on, 'TerminateInstances', instanceId);
    await on.pass(instanceDurations.terminate + instanceDurations.describedAfterTermination - 1);
    await expect(on1(on, 'DescribeInstances', instanceId)).resolves.toHaveProperty('Reservations');
    await on.pass(1);
    await expect(on1(on, 'DescribeInstances', instanceId)).rejects.toMatchObject({
      code: 'InvalidInstanceID.NotFound',
    });
  });

  it.each(['disableApiTermination', 'disableApiStop'] as const)(
    'refuses an instance with %s',
    async (attribute) => {
      const on = testNetwork();
      const made = on.instance({ [attribute]: true });
      const attempt = on1(on, 'TerminateInstances', made.instanceId);
      await expect(attempt).rejects.toMatchObject({ code: 'OperationNotPermitted' });
      expect(made.state).toBe('running');
    },
  );

  it('wins over a stop that is under way', async () => {
    const on = testNetwork();
    const made = on.instance();
    await on1(on, 'StopInstances', made.instanceId);
    await on1(on, 'TerminateInstances', made.instanceId);
    await on.pass(instanceDurations.stop);
    expect(made.state).toBe('terminated');
  });
});
