import { describe, expect, it } from 'vitest';
import { testNetwork } from './test-network.ts';

const modify = (on: ReturnType<typeof testNetwork>, InstanceId: string, attribute: object) =>
  on.perform('ModifyInstanceAttribute', { InstanceId, ...attribute });

describe('ModifyInstanceAttribute', () => {
  it.each([
    [{ DisableApiTermination: { Value: true } }, { disableApiTermination: true }],
    [{ DisableApiStop: { Value: true } }, { disableApiStop: true }],
    [{ InstanceInitiatedShutdownBehavior: { Value: 'terminate' } }, { shutdownBehavior: 'terminate' }],
  ])('sets %j', async (attribute, expected) => {
    const on = testNetwork();
    const made = on.instance();
    await modify(on, made.instanceId, attribute);
    expect(made).toMatchObject(expected);
  });

  it('takes one attribute in a call', async () => {
    const on = testNetwork();
    const made = on.instance();
    const two = { DisableApiTermination: { Value: true }, DisableApiStop: { Value: true } };
    await expect(modify(on, made.instanceId, two)).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
    expect(made.disableApiTermination).toBe(false);
  });

  it.each(['DisableApiTermination', 'DisableApiStop'])('refuses %s for a Spot Instance', async (name) => {
    const on = testNetwork();
    const made = on.instance({ lifecycle: 'spot' });
    await expect(modify(on, made.instanceId, { [name]: { Value: true } })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
  });

  it('keeps a volume at termination, and takes an omitted value for true', async () => {
    const on = testNetwork();
    const made = on.instance();
    const mapping = (DeviceName: string, Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName, Ebs }] });
    await modify(on, made.instanceId, mapping('/dev/xvda', { DeleteOnTermination: false }));
    await modify(on, made.instanceId, mapping('/dev/sdf', {}));
    expect(made.blockDevices.map((device) => device.deleteOnTermination)).toEqual([false, true]);
  });

  it('refuses a device that is not mapped and changes none of the others', async () => {
    const on = testNetwork();
    const made = on.instance();
    const BlockDeviceMappings = ['/dev/xvda', '/dev/sdz'].map((DeviceName) => ({
      DeviceName,
      Ebs: { DeleteOnTermination: false },
    }));
    await expect(modify(on, made.instanceId, { BlockDeviceMappings })).rejects.toMatchObject({
      code: 'InvalidInstanceAttributeValue',
    });
    expect(made.blockDevices[0]?.deleteOnTermination).toBe(true);
  });

  it('swaps the groups of an instance with one interface', async () => {
    const on = testNetwork();
    const made = on.instance();
    const fallback =
      [...on.state.securityGroups.values()].find((group) => group.name === 'default')?.groupId ?? '';
    await modify(on, made.instanceId, { Groups: [fallback] });
    expect(on.state.networkInterfaces.get(made.networkInterfaceIds[0] ?? '')?.groups).toEqual([fallback]);
  });

  it('answers InvalidInstanceID for the groups of an instance with two interfaces', async () => {
    const on = testNetwork();
    const one = { subnetId: on.subnet.subnetId, groups: [on.web.groupId] };
    const made = on.instance({ networkInterfaces: [one, one] });
    const attempt = modify(on, made.instanceId, { Groups: [on.web.groupId] });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidInstanceID' });
    await expect(attempt).rejects.toThrow(/multiple interfaces attached/);
  });

  it('refuses an instance that a service manages', async () => {
    const on = testNetwork();
    const made = on.instance({ managedBy: 'eks.amazonaws.com' });
    await expect(modify(on, made.instanceId, { DisableApiStop: { Value: true } })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    });
  });

  it('is authorized for the instance with its tags and for the groups it gets', () => {
    const on = testNetwork();
    const made = on.instance();
    const checks = on.checksOf('ModifyInstanceAttribute', {
      InstanceId: made.instanceId,
      Groups: [on.web.groupId],
    });
    expect(checks.map((check) => [check.action, check.resource])).toEqual([
      ['ec2:ModifyInstanceAttribute', `arn:aws:ec2:eu-west-1:111111111111:instance/${made.instanceId}`],
      ['ec2:ModifyInstanceAttribute', `arn:aws:ec2:eu-west-1:111111111111:security-group/${on.web.groupId}`],
    ]);
    expect(checks[0]?.context).toMatchObject({
      'aws:ResourceTag/Name': 'web-1',
      'ec2:ResourceTag/Name': 'web-1',
    });
    expect(checks[1]?.context).toMatchObject({ 'aws:ResourceTag/tier': 'front' });
  });
});
