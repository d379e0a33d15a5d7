import type { Call } from '../../core/operation.ts';
import { reportChange, type ChangePlace } from '../events/report-change.ts';
import type { Instance } from './state.ts';

/** Where the instances of a call's account are. */
export const placeOfCall = ({ world, host, caller, region }: Call): ChangePlace => ({
  world,
  host,
  account: caller.account,
  region,
});

/**
 * Tells EventBridge the state that an instance is in.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
export const announceState = ({ instanceId, state }: Instance, on: ChangePlace): void =>
  reportChange(on, () => ({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    resources: [`arn:${on.world.facts.partition}:ec2:${on.region}:${on.account}:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state },
  }));

/** Changes the state of an instance, and tells EventBridge. */
export const enterState = (instance: Instance, state: Instance['state'], on: ChangePlace): void => {
  instance.state = state;
  announceState(instance, on);
};
