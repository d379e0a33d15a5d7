import type { Call } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { ec2State, type Ec2State, type Snapshot } from './state.ts';

/** EC2's state in the account and Region of the call. */
export const stateOf = (call: Call): Ec2State => call.world.of(ec2State, call.caller.account, call.region);

/** EC2 makes snapshots' and images' ARNs without an account. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies */
const WITHOUT_ACCOUNT = new Set(['snapshot', 'image']);

/** Whose a resource is: a shared VPC or subnet is in the state of its participants too. */
export const ownerOf = (call: Call, type: string, id: string): string => {
  const state = stateOf(call);
  const found = type === 'subnet' ? state.subnets.get(id) : type === 'vpc' ? state.vpcs.get(id) : undefined;
  return found?.ownerId ?? call.caller.account;
};

/** ARN of an EC2 resource of the calling account, or shared with it, in the Region of the call, such as `instance` and `i-0abc`. */
export const arnOf = (call: Call, type: string, id: string): string => {
  const account = WITHOUT_ACCOUNT.has(type) ? '' : ownerOf(call, type, id);
  return `arn:${call.world.facts.partition}:ec2:${call.region}:${account}:${type}/${id}`;
};

/** The snapshot with this id in a Region, whoever owns it: ids are unique across accounts. */
export const snapshotAnywhere = (world: World, region: string, id: string): Snapshot | undefined => {
  for (const place of world.all(ec2State)) {
    const found = place.region === region ? place.state.snapshots.get(id) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Whether an account may see, copy and restore a snapshot. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html */
export const isUsableBy = (snapshot: Snapshot, account: string): boolean =>
  snapshot.ownerId === account || snapshot.sharedWith.has(account) || snapshot.isPublic;

/** What a copy has for a volume: arbitrary, not to be used. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html */
export const COPY_VOLUME_ID = 'vol-ffffffff';
