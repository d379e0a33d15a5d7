import { IAM_PATH, QUARANTINE_PROFILE_NAME } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { inner, list, text } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { whyNotIsolating } from '../isolation.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import { leaveOf, mayClimb, RUNG_CALLS } from '../rungs.ts';
import type { Scene } from '../scene.ts';

/** Calls that cut the instance off for itself: a rung is climbed to after they were read back, not before. */
const CUTS: ReadonlySet<string> = new Set([
  'ModifyNetworkInterfaceAttribute',
  'DisassociateAddress',
  'ReplaceIamInstanceProfileAssociation',
]);

/** Whether a read-back saw something open: by what AWS answered it, or that it did not answer. */
const sawOpen = (scene: Scene, { call, ok, account }: OurCall): boolean => {
  if (!ok) return true;
  const state = scene.remains.organization.world.of(ec2State, account, call.region);
  switch (call.operation) {
    case 'DescribeNetworkInterfaces':
      return list(call.output, 'NetworkInterfaces').some(
        (nic) =>
          list(nic, 'Groups').some(
            (group) => whyNotIsolating(state, account, text(group, 'GroupId') ?? '') !== undefined,
          ) || text(inner(nic, 'Association'), 'AllocationId') !== undefined,
      );
    case 'DescribeIamInstanceProfileAssociations':
      return list(call.output, 'IamInstanceProfileAssociations').some(
        (held) =>
          text(inner(held, 'IamInstanceProfile'), 'Arn')?.endsWith(
            `${IAM_PATH}${QUARANTINE_PROFILE_NAME}`,
          ) !== true,
      );
    case 'FilterLogEvents':
      return list(call.output, 'events').some(
        (event) => text(event, 'message')?.includes(' ACCEPT ') === true,
      );
    default:
      return false;
  }
};

/** What was climbed to without a reason. */
const wrongOf = (scene: Scene, rung: OurCall): readonly string[] => {
  const name = RUNG_CALLS[rung.call.operation];
  if (name === undefined || leaveOf(scene.remains.policy, name) !== 'if-open') return [];
  const before = scene.calls.filter(
    ({ session, call }) => session === rung.session && call.sentAt < rung.call.sentAt,
  );
  const last = before.findLast(
    ({ duty, call: { operation } }) =>
      duty !== 'inspect' &&
      (CUTS.has(operation) || (RUNG_CALLS[operation] !== undefined && RUNG_CALLS[operation] !== name)),
  );
  const reads = before.filter(
    ({ duty, call }) => duty === 'inspect' && call.sentAt >= (last?.call.sentAt ?? Number.POSITIVE_INFINITY),
  );
  return reads.some((one) => sawOpen(scene, one))
    ? []
    : [`${nameOf(rung)} was climbed to, and no read-back before it saw anything open`];
};

/**
 * What the policy leaves `if-open` is done only after the cheaper cut, and each rung before, was made, read back and seen open. It is
 * judged by the policy that was deployed and by what AWS answered; what the responder says of it counts nothing.
 */
export const climbedOnlyWhenOpen: Invariant = {
  id: 'climbed-only-when-open',
  judge: (scene) => {
    if (!mayClimb(scene.remains.policy)) return notJudged('the policy leaves nothing to be climbed to');
    const rungs = scene.calls.filter(
      ({ ok, duty, call }) => ok && duty === 'contain' && RUNG_CALLS[call.operation] !== undefined,
    );
    return verdictOn(
      rungs.flatMap((rung) => wrongOf(scene, rung)),
      `${rungs.length} call(s) closed more than the instance's own connections; those that the policy leaves if-open came after a read-back that saw them open`,
    );
  },
};
