import type { AccountId, Region } from '../ids.ts';
import type { Partition } from '../partition.ts';
import type { Because, Subject } from './finding.ts';

/** Where and of what type a finding is: what has been validated before its instances are looked for. */
export interface FindingOrigin {
  readonly account: AccountId;
  readonly region: Region;
  readonly partition: Partition;
  readonly type: string;
  readonly resourceType: string;
}

/** The instances that a finding is about, or the reason why the finding cannot be used at all. */
export type NamedSubjects =
  | { readonly status: 'named'; readonly subjects: readonly Subject[]; readonly skipped: readonly Because[] }
  | { readonly status: 'refused'; readonly because: Because };
