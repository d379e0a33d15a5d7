import type { Host } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { eventsState } from './state.ts';

/** An event that an AWS service puts on the default bus of the account and Region in which it arises. */
export interface Change {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a change arises, and what carries it. */
export interface ChangePlace {
  readonly world: World;
  readonly host: Pick<Host, 'deliverEvent'>;
  readonly account: string;
  readonly region: string;
}

/**
 * Puts a change on the default bus when a rule there asks for it; without such a rule nothing is made, kept or journalled, since
 * nobody could tell.
 *
 * @param change made only when the bus has a rule that is enabled
 */
export const reportChange = (
  { world, host, account, region }: ChangePlace,
  change: () => Change | undefined,
): void => {
  const bus = world.of(eventsState, account, region).buses.get('default');
  const rules = [...(bus?.rules.values() ?? [])].filter(({ enabled }) => enabled);
  const made = bus === undefined || rules.length === 0 ? undefined : change();
  if (bus === undefined || made === undefined) return;
  const event = { version: '0', account, region, ...made };
  if (rules.some(({ pattern }) => pattern(event))) host.deliverEvent(bus.arn, event);
};
