import { describe, expect, it } from 'vitest';
import { START } from '../testing.ts';
import type { InstanceSpec } from './build-instance.ts';
import { instanceDurations } from './durations.ts';
import { LOST, memoryOnDisk, rootVolumeOf } from './memory.ts';
import { testNetwork } from './test-network.ts';

const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  const made = on.instance({ memory: 'the implant', ...more });
  const disk = () => memoryOnDisk(rootVolumeOf(on.state, made)?.content ?? '');
  const interrupt = () => on.perform('SendDiagnosticInterrupt', { InstanceId: made.instanceId });
  return { on, made, disk, interrupt };
};

describe('SendDiagnosticInterrupt', () => {
  it('has a prepared guest write its memory to the root volume, which takes a while, and boot anew', async () => {
    const { on, made, disk, interrupt } = furnished({ kdump: true });
    await interrupt();
    await on.pass(instanceDurations.crashDump - 1);
    expect([disk(), made.memory, made.state]).toEqual([undefined, 'the implant', 'running']);
    await on.pass(1);
    expect(disk()).toEqual({ kind: 'crash dump', memory: 'the implant' });
    expect([made.memory, made.state]).toEqual([LOST, 'running']);
  });

  it('destroys the memory of a guest that is not prepared', async () => {
    const { on, made, disk, interrupt } = furnished();
    await interrupt();
    await on.pass(instanceDurations.crashDump);
    expect([disk(), made.memory, made.state]).toEqual([undefined, LOST, 'running']);
  });

  it('leaves no dump when the instance is stopped before it is written', async () => {
    const { on, made, disk, interrupt } = furnished({ kdump: true });
    await interrupt();
    await on.perform('StopInstances', { InstanceIds: [made.instanceId], SkipOsShutdown: true });
    await on.pass(instanceDurations.crashDump);
    expect([disk(), made.memory, made.state]).toEqual([undefined, LOST, 'stopped']);
  });

  it('dumps memory once: what has booted anew has nothing of it', async () => {
    const { on, disk, interrupt } = furnished({ kdump: true });
    await interrupt();
    await on.pass(instanceDurations.crashDump);
    await interrupt();
    await on.pass(instanceDurations.crashDump);
    expect(disk()).toEqual({ kind: 'crash dump', memory: 'the implant' });
  });

  it.each<[string, Partial<InstanceSpec>, string]>([
    ['Graviton', { type: 'm7g.large', architecture: 'arm64' }, 'UnsupportedOperation'],
    ['Xen', { type: 't2.micro' }, 'UnsupportedOperation'],
    ['a stopped instance', { state: 'stopped' }, 'IncorrectInstanceState'],
    ['a pending instance', { state: 'pending' }, 'IncorrectInstanceState'],
  ])('refuses %s', async (_what, more, code) => {
    const { made, interrupt } = furnished(more);
    await expect(interrupt()).rejects.toMatchObject({ code });
    expect(made.memory).toBe('the implant');
  });

  it('reaches bare metal of the Nitro System', async () => {
    const { made, interrupt } = furnished({ type: 'i3.metal' });
    await interrupt();
    expect(made.memory).toBe(LOST);
  });
});

describe('RebootInstances', () => {
  it('loses memory alone, after a while', async () => {
    const { on, made } = furnished({ instanceStore: 'scratch' });
    const address = on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '')?.publicIp;
    await on.perform('RebootInstances', { InstanceIds: [made.instanceId] });
    expect(made.memory).toBe('the implant');
    await on.pass(instanceDurations.reboot);
    expect([made.memory, made.instanceStore, made.state]).toEqual([LOST, 'scratch', 'running']);
    expect(made.rebootedAt).toBe(START + instanceDurations.reboot);
    expect(on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '')?.publicIp).toBe(address);
  });

  it('ignores a terminated instance', async () => {
    const { on, made } = furnished({ state: 'terminated' });
    await expect(on.perform('RebootInstances', { InstanceIds: [made.instanceId] })).resolves.toEqual({});
  });

  it('refuses a stopped instance', async () => {
    const { on, made } = furnished({ state: 'stopped' });
    await expect(on.perform('RebootInstances', { InstanceIds: [made.instanceId] })).rejects.toMatchObject({
      code: 'IncorrectInstanceState',
    });
  });
});
