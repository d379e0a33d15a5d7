import type { Host } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { reportChange } from '../events/report-change.ts';
import type { Detector } from './state.ts';

/** "Near real time" has no number; https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
export const TOLD_AFTER_MS = 20_000;

/**
 * Minutes after which an occurrence of a finding that was told before is told.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html#eventbridge-freq-notifications-gdu
 */
const OCCURRENCE_MINUTES: Readonly<Record<Detector['frequency'], number>> = {
  FIFTEEN_MINUTES: 15,
  ONE_HOUR: 60,
  SIX_HOURS: 360,
};

/** Milliseconds after which an occurrence is told. */
export const occurrenceToldAfterMs = ({ frequency }: Detector): number =>
  OCCURRENCE_MINUTES[frequency] * 60_000;

/** Tells a finding on the default bus of an account and Region. */
export const tellFinding = (
  on: {
    readonly world: World;
    readonly host: Pick<Host, 'deliverEvent'>;
    readonly account: string;
    readonly region: string;
  },
  finding: Readonly<Record<string, unknown>>,
): void =>
  reportChange(on, () => ({
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    resources: [],
    detail: finding,
  }));
