import type { ResourcePolicy, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { publishOperations } from './publish.ts';
import { snsResourceRemoval } from './resource-removal.ts';
import { snsResourceTypes } from './resource-types.ts';
import { snsState } from './state.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-using.html */
const resourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const [, , service, region, account] = arn.split(':');
  if (service !== 'sns' || region === undefined || account === undefined) return undefined;
  const policy = world.of(snsState, account, region).topics.get(arn)?.policy;
  return policy === undefined ? undefined : { policy, mode: 'alone-suffices' };
};

/** Amazon SNS, standard topics. */
export const snsService: Service = {
  name: 'sns',
  operations: publishOperations,
  resourceTypes: snsResourceTypes,
  resourceRemoval: snsResourceRemoval,
  resourcePolicy,
};
