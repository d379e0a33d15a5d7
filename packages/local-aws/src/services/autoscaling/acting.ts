import type { Ids } from '../../core/ids.ts';
import type { Call, Host } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { ec2State, type Ec2State } from '../ec2/state.ts';

/** Where a group acts by itself, outside of any request: its account and Region, and what the organization gives it to act with. */
export interface Acting {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Host;
  readonly account: string;
  readonly region: string;
}

/** EC2 in the account and Region of the group. */
export const ec2Of = ({ world, account, region }: Acting): Ec2State => world.of(ec2State, account, region);

/** What a request gives to a group to act with. */
export const actingFor = ({ world, timeline, ids, host, caller, region }: Call): Acting => ({
  world,
  timeline,
  ids,
  host,
  account: caller.account,
  region,
});

/**
 * A call as Auto Scaling's service-linked role makes it: control policies and protections of the account do not bind it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 */
export const callOf = (acting: Acting, groupArn: string): Call => {
  const { world, timeline, ids, host, region } = acting;
  const caller = serviceCaller(world, 'autoscaling.amazonaws.com', groupArn);
  return {
    world,
    timeline,
    ids,
    host,
    caller,
    region,
    requestId: ids.uuid('autoscaling-activity'),
    now: timeline.now(),
    decide: (check) => host.decideFor(caller, region, check),
  };
};
