import type { Judgement } from '../../result.ts';
import type { FindingRow } from '../findings.ts';
import { verdictOn, type Verdict } from '../invariant.ts';

/** Its id in results. */
export const NO_FINDING_LOST: Judgement['id'] = 'no-finding-lost';

/** The first promise of intake: every delivered finding is responded to, attached, kept with its reason, or set aside. */
export const noFindingLost = (findings: readonly FindingRow[]): Verdict => {
  const lost = findings.filter(({ disposition }) => disposition === 'not-taken');
  return verdictOn(
    lost.map(({ id }) => `nothing at all is known of finding ${id}`),
    `each of ${findings.length} delivered finding(s) has an answer`,
  );
};
