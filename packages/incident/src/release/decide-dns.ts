import { specificationsOf } from '../plan/dns-block-names.ts';
import { threeWay, type Decide } from './decided.ts';
import type { DnsBlockNow, ReleaseFacts } from './release-facts.ts';

/** A fixed time, for a plan's hash must not hang on when it was read. */
const LONG_PAST = '1970-01-01T00:00:00.000Z';

const blockOf = ({ dns = [] }: ReleaseFacts, vpcId: string): DnsBlockNow | undefined =>
  dns.find((one) => one.vpcId === vpcId);

/** True while the association still filters, or is about to. */
const isAssociated = (block: DnsBlockNow | undefined): boolean =>
  block?.association !== undefined && block.association.status !== 'DELETING';

/** Whether the list holds nothing that containment did not put there; fewer names than were put there open nothing that is lifted. */
const isOurText = ({ specifications, blocks }: DnsBlockNow, zones: readonly string[]): boolean => {
  const ours = new Set(specificationsOf(zones));
  return blocks && specifications.every((one) => ours.has(one));
};

/** The association that blocks the incident's zones in a VPC. What a try that broke off has left is ours alone, and goes. */
export const decideDnsBlock: Decide<'unblock-dns'> = ({ lift, of, facts }) => {
  const { vpcId, zones } = lift;
  const states = {
    before: `no DNS block of ours in ${vpcId}`,
    ours: `${vpcId} resolves nothing of ${zones.length} zone(s)`,
  };
  const block = blockOf(facts, vpcId);
  if (block === undefined || !isAssociated(block)) return threeWay({ ...states, now: states.before });
  return isOurText(block, zones) || !of.done
    ? threeWay({ ...states, now: states.ours })
    : threeWay({
        ...states,
        now: `${states.ours}, by a rule group of ours that somebody has changed since`,
      });
};

/**
 * Domain list, rule group and rule. Route 53 takes a while to end an association, and refuses to delete the group before, so
 * they go with the next run after the release: without an association they filter nothing.
 */
export const decideDnsObjects: Decide<'remove-dns-block'> = ({ lift, of, facts }) => {
  const { vpcId } = lift;
  const states = {
    before: `no domain list and no rule group of ours for ${vpcId}`,
    ours: `a domain list and a rule group of ours for ${vpcId}`,
  };
  const block = blockOf(facts, vpcId);
  const none =
    block === undefined ||
    (block.association === undefined && block.ruleGroupId === undefined && block.domainListId === undefined);
  if (none) return threeWay({ ...states, now: states.before });
  const decided = threeWay({ ...states, now: states.ours });
  return block.association === undefined
    ? decided
    : {
        ...decided,
        decision: 'later',
        // Always past by the time of a release: the next run that lifts what is due does it.
        notBefore: of.doneAt ?? LONG_PAST,
        because:
          'Route 53 deletes them only once the association with the VPC has ended, some time after it is lifted; they are deleted then without another word',
      };
};
