import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, Removing, ResourceRemoval, Service } from '../../core/operation.ts';
import { setsOf } from './access.ts';
import { startOperation } from './start-operation.ts';
import { stackSetChecks } from './stack-set-handling.ts';
import type { StackSet } from './state.ts';

const setOf = ({ world, region }: Deployment, ref: string): StackSet | undefined => {
  const set = setsOf(world, region).get(ref.split(':')[0] ?? '');
  return set?.id === ref ? set : undefined;
};

/** All its stacks, in one operation; nobody adds any behind it. */
const removeInstances = (on: Deployment, set: StackSet): Removing => {
  set.targets.clear();
  const places = [...set.instances.values()];
  return (ended) => {
    startOperation(on, set, {
      action: 'DELETE',
      places,
      regions: [...new Set(places.map(({ region }) => region))],
      asked: {
        FailureTolerancePercentage: 100,
        MaxConcurrentPercentage: 100,
        RegionConcurrencyType: 'PARALLEL',
      },
      ended: () => {
        const left = [...set.instances.values()];
        if (left.length === 0) setsOf(on.world, on.region).delete(set.name);
        const reasons = left.map(({ account, region, reason }) => `${account}/${region}: ${reason ?? ''}`);
        ended(
          left.length === 0
            ? undefined
            : new ServiceFault(
                'StackSetNotEmptyException',
                `StackSet ${set.name} has stacks that were not deleted: ${reasons.join('; ')}`,
                { status: 409 },
              ),
        );
      },
    });
  };
};

/**
 * Its stacks first, which takes time, then the StackSet, which must be empty. With which preferences CloudFormation asks is UNCONFIRMED: here it tries
 * every account in all Regions together, whatever fails.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackSet.html
 */
const stackSet: ResourceRemoval = {
  checks: (resource, _created, on) => stackSetChecks('remove', resource, on),
  remove: (_resource, { ref }, on) => {
    const set = setOf(on, ref);
    return set === undefined ? undefined : removeInstances(on, set);
  },
};

/** How CloudFormation's own resource types are taken away. */
export const stackSetResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::CloudFormation::StackSet': stackSet,
};
