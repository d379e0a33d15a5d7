import { defineState, type World } from '../../core/world.ts';

/** A quota of an account in a Region. */
export interface Quota {
  /** As AWS names it. */
  readonly name: string;
  /** `L-...`, where AWS's documentation names it. */
  readonly code?: string;
  readonly service: string;
  readonly unit: string;
  readonly adjustable: boolean;
  readonly value: number;
}

/**
 * Quotas that are not what AWS publishes as their default, and how large those of accounts are before anybody asked for more.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html (vCPUs of On-Demand Instances)
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html (snapshots, and copies at once)
 */
export const DEFAULT_QUOTAS: readonly Quota[] = [
  {
    service: 'ec2',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    code: 'L-1216C47A',
    unit: 'None',
    adjustable: true,
    value: 5,
  },
  {
    service: 'ebs',
    name: 'Snapshots per Region',
    code: 'L-309BACF6',
    unit: 'None',
    adjustable: true,
    value: 100_000,
  },
  {
    service: 'ebs',
    name: 'Concurrent snapshot copies per destination Region',
    unit: 'None',
    adjustable: false,
    value: 20,
  },
];

/** Values in place of the defaults, by `service/name`. Nothing here limits what the account can do: it is what Service Quotas tells. */
export const quotaState = defineState('servicequotas', 'regional', () => ({
  applied: new Map<string, number>(),
}));

/** Sets what Service Quotas tells of a quota. Throws Error for one that is not known here. */
export const setQuota = (
  world: World,
  at: { readonly account: string; readonly region: string },
  { service, name, value }: Pick<Quota, 'service' | 'name' | 'value'>,
): void => {
  if (!DEFAULT_QUOTAS.some((quota) => quota.service === service && quota.name === name))
    throw new Error(
      `quota ${name} of ${service} is not known here: want one of ${DEFAULT_QUOTAS.map((one) => one.name).join('; ')}`,
    );
  world.of(quotaState, at.account, at.region).applied.set(`${service}/${name}`, value);
};
