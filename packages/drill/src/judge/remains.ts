import type { Host, Journal, World } from '@cordon/local-aws';
import type { RunRecord } from '../run-record.ts';

/** What the judge needs of a run: a `RunRecord` is one. */
export interface Remains extends Omit<RunRecord, 'organization'> {
  readonly organization: {
    readonly world: World;
    readonly journal: Journal;
    readonly host: Pick<Host, 'decideFor'>;
  };
}
