import type { JournalCall } from '../../core/journal.ts';
import type { Caller } from '../../core/operation.ts';
import type { Change } from '../events/report-change.ts';
import { recordFor } from './event-record.ts';

/** A call that has been answered, and who made it. */
export interface EndedCall {
  readonly call: JournalCall;
  readonly caller: Caller;
  readonly userAgent: string;
}

/** A call as EventBridge hears of it from CloudTrail. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html */
export const apiCallEvent = ({ call, caller, userAgent }: EndedCall, recipient = caller.account): Change => ({
  source: `aws.${call.service}`,
  'detail-type': 'AWS API Call via CloudTrail',
  resources: [],
  detail: { ...recordFor(call, caller, recipient), userAgent },
});
