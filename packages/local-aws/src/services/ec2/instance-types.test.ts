import type {
  DescribeInstancesCommandOutput,
  DescribeInstanceTypesCommandOutput,
  DescribeSpotInstanceRequestsCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { instanceDurations } from './durations.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { testNetwork } from './test-network.ts';

describe('DescribeInstanceTypes', () => {
  const describeTypes = (input: object) =>
    testNetwork().perform<DescribeInstanceTypesCommandOutput>('DescribeInstanceTypes', input);

  it('tells hypervisor, processor and instance store', async () => {
    const { InstanceTypes = [] } = await describeTypes({
      InstanceTypes: ['t2.micro', 'm7i.large', 'm6gd.large', 'i3.metal'],
    });
    expect(
      InstanceTypes.map((type) => [
        type.Hypervisor,
        type.ProcessorInfo?.SupportedArchitectures?.[0],
        type.InstanceStorageSupported,
        type.BareMetal,
      ]),
    ).toEqual([
      ['xen', 'x86_64', false, false],
      ['nitro', 'x86_64', false, false],
      ['nitro', 'arm64', true, false],
      [undefined, 'x86_64', true, true],
    ]);
  });

  it('tells the memory of families with one ratio, and of others nothing', async () => {
    const { InstanceTypes = [] } = await describeTypes({
      InstanceTypes: ['t3.micro', 'm5.large', 'c6i.4xlarge', 'r7g.medium', 'c5n.large', 'm5.metal'],
    });
    expect(InstanceTypes.map(({ MemoryInfo }) => MemoryInfo?.SizeInMiB)).toEqual([
      1_024,
      8_192,
      32_768,
      8_192,
      undefined,
      undefined,
    ]);
  });

  it('refuses a type that does not exist', async () => {
    await expect(describeTypes({ InstanceTypes: ['m99.large'] })).rejects.toMatchObject({
      code: 'InvalidInstanceType',
    });
  });

  it('pages through all of them, each once', async () => {
    const on = testNetwork();
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const part: DescribeInstanceTypesCommandOutput = await on.perform('DescribeInstanceTypes', {
        MaxResults: 100,
        NextToken,
      });
      names.push(...(part.InstanceTypes ?? []).map(({ InstanceType }) => InstanceType));
      NextToken = part.NextToken;
    } while (NextToken !== undefined);
    expect(names.length).toBeGreaterThan(400);
    expect(new Set(names).size).toBe(names.length);
  });

  it('knows the generation of the Nitro System, on which defaults of connection tracking hang', () => {
    const versions = ['c5.large', 'c5n.large', 'm7i.large', 'm8g.large', 'm8i.large', 'm4.large'].map(
      (type) => instanceTypeFacts(type)?.nitroVersion,
    );
    expect(versions).toEqual([2, 3, 4, 5, 6, undefined]);
  });
});

describe('Spot requests', () => {
  it('are shown by the instance and described with their type and state', async () => {
    const on = testNetwork();
    on.instance();
    const spot = on.instance({ lifecycle: 'spot', spotRequest: 'persistent' });
    const once = on.instance({ lifecycle: 'spot' });
    await on.perform('StopInstances', { InstanceIds: [spot.instanceId] });
    await on.perform('TerminateInstances', { InstanceIds: [once.instanceId] });
    await on.pass(instanceDurations.stop);
    const shown = await on.perform<DescribeInstancesCommandOutput>('DescribeInstances', {
      InstanceIds: [spot.instanceId],
    });
    const [instance] = shown.Reservations?.[0]?.Instances ?? [];
    expect(instance).toMatchObject({ InstanceLifecycle: 'spot', RootDeviceType: 'ebs' });
    const { SpotInstanceRequests = [] } = await on.perform<DescribeSpotInstanceRequestsCommandOutput>(
      'DescribeSpotInstanceRequests',
      {},
    );
    expect(SpotInstanceRequests.map(({ InstanceId, Type, State }) => [InstanceId, Type, State])).toEqual([
      [spot.instanceId, 'persistent', 'disabled'],
      [once.instanceId, 'one-time', 'closed'],
    ]);
    expect(SpotInstanceRequests[0]?.SpotInstanceRequestId).toBe(instance?.SpotInstanceRequestId);
  });

  it('refuse an id that is none', async () => {
    const attempt = testNetwork().perform('DescribeSpotInstanceRequests', {
      SpotInstanceRequestIds: ['sir-00000000'],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidSpotInstanceRequestID.NotFound' });
  });
});
