import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { ebsState } from './state.ts';

/** Calls per second of an account, as they are before anybody asks for more. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const LISTS_PER_SECOND = 50;
const GETS_PER_SECOND = 1_000;
const GETS_PER_SECOND_IN_LARGE_REGIONS = 5_000;
const LARGE_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-2', 'ap-southeast-1', 'eu-west-1']);
/** The same page: of one snapshot, in every Region. */
const GETS_PER_SECOND_OF_SNAPSHOT = 1_000;

const spend = (call: Call, what: string, most: number): boolean => {
  const { spent } = call.world.of(ebsState, call.caller.account, call.region);
  const second = Math.floor(call.now / 1_000);
  const found = spent.get(what);
  const now = found?.second === second ? found : { second, calls: 0 };
  spent.set(what, now);
  if (now.calls >= most) return false;
  now.calls += 1;
  return true;
};

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_RequestThrottledException.html */
const throttled = (Reason: string): ServiceFault =>
  new ServiceFault(
    'RequestThrottledException',
    'The number of API requests has exceeded the maximum allowed',
    {
      fields: { Reason },
    },
  );

/** @throws ServiceFault RequestThrottledException ACCOUNT_THROTTLED */
export const spendList = (call: Call): void => {
  if (!spend(call, 'lists', LISTS_PER_SECOND)) throw throttled('ACCOUNT_THROTTLED');
};

/** @throws ServiceFault RequestThrottledException ACCOUNT_THROTTLED or RESOURCE_LEVEL_THROTTLE */
export const spendGet = (call: Call, snapshotId: string): void => {
  const ofAccount = LARGE_REGIONS.has(call.region) ? GETS_PER_SECOND_IN_LARGE_REGIONS : GETS_PER_SECOND;
  if (!spend(call, 'gets', ofAccount)) throw throttled('ACCOUNT_THROTTLED');
  if (!spend(call, snapshotId, GETS_PER_SECOND_OF_SNAPSHOT)) throw throttled('RESOURCE_LEVEL_THROTTLE');
};
