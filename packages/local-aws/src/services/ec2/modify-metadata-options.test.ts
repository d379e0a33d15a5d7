import type {
  DescribeInstancesCommandOutput,
  ModifyInstanceMetadataOptionsCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { InstanceSpec } from './build-instance.ts';
import { instanceDurations } from './durations.ts';
import { testNetwork } from './test-network.ts';

const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  const made = on.instance(more);
  const modify = (input: object) =>
    on.perform<ModifyInstanceMetadataOptionsCommandOutput>('ModifyInstanceMetadataOptions', {
      InstanceId: made.instanceId,
      ...input,
    });
  const shown = async () =>
    (await on.perform<DescribeInstancesCommandOutput>('DescribeInstances', {})).Reservations?.[0]
      ?.Instances?.[0]?.MetadataOptions;
  return { on, made, modify, shown };
};

describe('ModifyInstanceMetadataOptions', () => {
  it('answers pending, and is applied after a while; what is not named stays', async () => {
    const { on, made, modify, shown } = furnished();
    const output = await modify({ HttpEndpoint: 'disabled' });
    expect(output.InstanceMetadataOptions).toMatchObject({ State: 'pending', HttpEndpoint: 'disabled' });
    expect(made.metadataOptions.httpEndpoint).toBe('enabled');
    await on.pass(instanceDurations.metadataOptions);
    expect(await shown()).toEqual({
      State: 'applied',
      HttpEndpoint: 'disabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    });
  });

  it('waits on a stopped instance until it is started', async () => {
    const { on, made, modify, shown } = furnished({ state: 'stopped' });
    await modify({ HttpEndpoint: 'disabled' });
    await on.pass(instanceDurations.metadataOptions);
    expect(await shown()).toMatchObject({ State: 'pending' });
    await on.perform('StartInstances', { InstanceIds: [made.instanceId] });
    expect(made.metadataOptions.httpEndpoint).toBe('disabled');
  });

  it('lets a second request build on one that is pending', async () => {
    const { on, made, modify } = furnished();
    await modify({ HttpEndpoint: 'disabled' });
    await on.pass(instanceDurations.metadataOptions - 1);
    await modify({ HttpPutResponseHopLimit: 2 });
    await on.pass(1);
    expect(made.pendingMetadataOptions).toBeDefined();
    await on.pass(instanceDurations.metadataOptions);
    expect(made.metadataOptions).toMatchObject({ httpEndpoint: 'disabled', hopLimit: 2 });
  });

  it.each<[string, Partial<InstanceSpec>, object, string]>([
    ['a hop limit of 65', {}, { HttpPutResponseHopLimit: 65 }, 'InvalidParameterValue'],
    ['a hop limit of 0', {}, { HttpPutResponseHopLimit: 0 }, 'InvalidParameterValue'],
    ['an endpoint that is neither', {}, { HttpEndpoint: 'off' }, 'InvalidParameterValue'],
    ['a pending instance', { state: 'pending' }, { HttpEndpoint: 'disabled' }, 'IncorrectInstanceState'],
    ['a managed instance', { managedBy: 'eks' }, { HttpEndpoint: 'disabled' }, 'OperationNotPermitted'],
  ])('refuses %s', async (_what, more, input, code) => {
    const { made, modify } = furnished(more);
    await expect(modify(input)).rejects.toMatchObject({ code });
    expect(made.pendingMetadataOptions).toBeUndefined();
  });
});
