import type {
  DescribeInstanceTypesCommandInput,
  DescribeInstanceTypesCommandOutput,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { INSTANCE_FAMILIES } from './instance-families.ts';
import { memoryMiBOf } from './instance-memory.ts';
import { describeCheck } from './resource-checks.ts';

/** What an instance type is, as far as the local organization asks. */
export interface InstanceTypeFacts {
  readonly instanceType: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Generation of the Nitro System; absent for Xen. */
  readonly nitroVersion?: number;
  /** Has instance store volumes. */
  readonly instanceStorage: boolean;
  readonly bareMetal: boolean;
}

/** Types have no tags: filters on them match none. */
type Type = InstanceTypeFacts & { readonly tags?: ReadonlyMap<string, string> };

/** All types of the table, by name. */
const TYPES: ReadonlyMap<string, InstanceTypeFacts> = new Map(
  INSTANCE_FAMILIES.flatMap(({ family, sizes, architecture, platform, instanceStorage }) =>
    sizes.map((size): [string, InstanceTypeFacts] => {
      const instanceType = `${family}.${size}`;
      const bareMetal = size.startsWith('metal');
      // Bare metal is Nitro even where its family's other sizes are Xen (i3.metal).
      const nitro = platform === 'xen' ? (bareMetal ? 2 : undefined) : platform;
      const facts = { instanceType, architecture, instanceStorage, bareMetal };
      return [instanceType, nitro === undefined ? facts : { ...facts, nitroVersion: nitro }];
    }),
  ),
);

/** What a type is; undefined for one that is not in the table, of which nothing is known here. */
export const instanceTypeFacts = (instanceType: string): InstanceTypeFacts | undefined =>
  TYPES.get(instanceType);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
const readers: Readers<Type> = {
  'bare-metal': (type) => [String(type.bareMetal)],
  hypervisor: (type) => hypervisorOf(type) ?? [],
  'instance-storage-supported': (type) => [String(type.instanceStorage)],
  'instance-type': (type) => [type.instanceType],
  'processor-info.supported-architecture': (type) => [type.architecture],
};

/** Bare metal has none. */
const hypervisorOf = ({ bareMetal, nitroVersion }: InstanceTypeFacts): ['nitro' | 'xen'] | undefined =>
  bareMetal ? undefined : [nitroVersion === undefined ? 'xen' : 'nitro'];

/** `large` has two, `xlarge` four, `4xlarge` sixteen; of smaller sizes and of bare metal the name does not say. https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html */
const virtualProcessors = (instanceType: string): number | undefined => {
  const size = instanceType.split('.')[1] ?? '';
  if (size === 'large') return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 4 * Number(times === '' ? 1 : times);
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html ; members that nobody reads here are left out. */
const render = (type: InstanceTypeFacts): InstanceTypeInfo => {
  const memory = memoryMiBOf(type.instanceType);
  const processors = virtualProcessors(type.instanceType);
  return {
    InstanceType: type.instanceType as InstanceTypeInfo['InstanceType'],
    BareMetal: type.bareMetal,
    Hypervisor: hypervisorOf(type)?.[0],
    ProcessorInfo: {
      SupportedArchitectures: [type.architecture],
      ...(type.architecture === 'arm64' ? { Manufacturer: 'AWS' } : {}),
    },
    InstanceStorageSupported: type.instanceStorage,
    ...(processors === undefined ? {} : { VCpuInfo: { DefaultVCpus: processors } }),
    ...(memory === undefined ? {} : { MemoryInfo: { SizeInMiB: memory } }),
  };
};

const requireTypes = (names: readonly string[]): readonly InstanceTypeFacts[] => {
  const unknown = names.filter((name) => !TYPES.has(name));
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  if (unknown.length > 0) {
    throw new ServiceFault(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    );
  }
  return names.flatMap((name) => TYPES.get(name) ?? []);
};

const describeInstanceTypes = operation<
  DescribeInstanceTypesCommandInput,
  Omit<DescribeInstanceTypesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeInstanceTypes', call),
  run: (input, _call) => {
    acceptInput(input, 'DescribeInstanceTypes', ['InstanceTypes', 'Filters', 'MaxResults', 'NextToken']);
    const asked = input.InstanceTypes?.length ? requireTypes(input.InstanceTypes) : [...TYPES.values()];
    const shown = page(applyFilters<Type>(asked, input.Filters, readers), input, input.InstanceTypes);
    return { InstanceTypes: shown.items.map(render), NextToken: shown.nextToken };
  },
});

/** The operation that tells what instance types are. */
export const instanceTypeOperations = { DescribeInstanceTypes: describeInstanceTypes };
