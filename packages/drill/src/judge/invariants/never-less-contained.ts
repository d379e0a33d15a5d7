import { IAM_PATH, QUARANTINE_PROFILE_NAME, SESSION_DENY_POLICY_NAME } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { inner, text, texts } from '../fields.ts';
import { openedByPolicy } from '../inline-deny.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { interfacesOf, openNetworkPaths, whyNotIsolating } from '../isolation.ts';
import { wrongOpening, wrongRule } from '../openings.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import { groupsTakenAway, isWantedRelease, wantedReleases } from '../releases.ts';
import { contained, type Scene } from '../scene.ts';

/** Operations that open whatever their input; none of them has a place in a response. */
const OPENING: ReadonlySet<string> = new Set([
  'ModifySecurityGroupRules',
  'AssociateAddress',
  'AttachNetworkInterface',
  'AssignPrivateIpAddresses',
  'AssignIpv6Addresses',
  'DeleteTags',
  'StartInstances',
  'DeleteRolePolicy',
  'UntagRole',
  'DeletePolicy',
  'CreatePolicyVersion',
  'SetDefaultPolicyVersion',
  'AddRoleToInstanceProfile',
]);

const profileOf = (input: unknown): string => {
  const profile = inner(input, 'IamInstanceProfile');
  return text(profile, 'Name') ?? text(profile, 'Arn') ?? 'no profile';
};

const isQuarantine = (profile: string): boolean =>
  profile === QUARANTINE_PROFILE_NAME ||
  profile.endsWith(`:instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`);

/**
 * What a call of ours opened, if anything. Groups are looked at as the run left them: nothing of ours ever adds a rule but to a group that
 * opens for a bounded time, which is judged by itself (`openings.ts`).
 */
const opens = (scene: Scene, one: OurCall): string | undefined => {
  const { call, account } = one;
  if (OPENING.has(call.operation)) return 'it opens';
  switch (call.operation) {
    case 'AuthorizeSecurityGroupIngress':
    case 'AuthorizeSecurityGroupEgress':
      return wrongRule(scene, one);
    case 'ModifyNetworkInterfaceAttribute': {
      const groups = texts(call.input, 'Groups');
      if (!('Groups' in call.input) || call.input['Groups'] === undefined) return undefined;
      if (groups.length !== 1) return wrongOpening(scene, one);
      // What a release took away later was an isolation group: the duty may delete no other, and EC2 none that is in use.
      if (groupsTakenAway(scene, wantedReleases(scene)).has(groups[0] ?? '')) return undefined;
      return whyNotIsolating(
        scene.remains.organization.world.of(ec2State, account, call.region),
        account,
        groups[0] ?? '',
      );
    }
    case 'ModifyInstanceAttribute':
      return texts(call.input, 'Groups').length > 0 || inner(call.input, 'SourceDestCheck') !== undefined
        ? 'it changes the network of an instance'
        : undefined;
    case 'AssociateIamInstanceProfile':
    case 'ReplaceIamInstanceProfileAssociation':
      return isQuarantine(profileOf(call.input)) ? undefined : `it associates ${profileOf(call.input)}`;
    case 'AttachRolePolicy':
      return text(call.input, 'PolicyArn')?.endsWith(`:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`) === true
        ? undefined
        : `it attaches ${text(call.input, 'PolicyArn')}`;
    case 'PutRolePolicy':
      return openedByPolicy(
        call.input,
        scene.incidents.find(({ incidentId }) => incidentId === one.session)?.instanceId ?? 'no incident',
      );
    case 'DetachRolePolicy':
      return `it detaches ${text(call.input, 'PolicyArn')}`;
    default:
      return undefined;
  }
};

/** DESIGN section 7, 1: no call of ours leaves an instance less contained than before, and what was contained stays so. */
export const neverLessContained: Invariant = {
  id: 'never-less-contained',
  judge: (scene) => {
    if (scene.incidents.length === 0)
      return notJudged('no incident was opened, so nothing was contained that could be opened');
    const { world } = scene.remains.organization;
    const wanted = wantedReleases(scene);
    // The one exception: what two people wanted released, by the duty that is there for it, and not before they said so.
    const acting = scene.calls.filter((one) => one.ok && !isWantedRelease(wanted, one));
    const opening = acting.flatMap((one) => {
      const what = opens(scene, one);
      return what === undefined ? [] : [`${nameOf(one)}: ${what}`];
    });
    const kept = contained(scene).filter(
      ({ incidentId }) => !wanted.some((one) => one.incidentId === incidentId),
    );
    const open = kept.flatMap((place) =>
      openNetworkPaths(world, place).map((path) => `${place.instanceId} was contained, and now ${path}`),
    );
    const interfaces = kept.flatMap((place) => interfacesOf(world, place)).length;
    return verdictOn(
      [...opening, ...open],
      `none of ${acting.length} calls opened anything, and ${interfaces} interface(s) of ${kept.length} contained instance(s) are each in one empty group of ours`,
    );
  },
};
