import { OPENINGS, TAGS, type OpeningKind } from '@cordon/incident';
import { aclOf, ec2State, type Ec2State } from '@cordon/local-aws';
import { askedIn, saidYes } from './asked.ts';
import { inner, list, tagsAtCreation, text, texts } from './fields.ts';
import { whyNotIsolating } from './isolation.ts';
import type { OurCall } from './our-calls.ts';
import type { Opened, Scene } from './scene.ts';

/**
 * How long an interface may be open, in milliseconds. Untracking: a minute, as long again until its row is due, one look of the schedule, and
 * what throttled calls take. The management path: an hour at most, and the same.
 */
const LONGEST_MS: Readonly<Record<OpeningKind, number>> = {
  untracking: 240_000,
  'management-path': 3_600_000 + 240_000,
};

/** A group that the contain duty made to open an interface, as its call says. */
interface GroupThatOpens {
  readonly groupId: string;
  readonly opens: OpeningKind;
  readonly incidentId: string;
}

/** Groups that were made for an opening, marked for the session's own incident. */
const groupsThatOpen = (scene: Scene): ReadonlyMap<string, GroupThatOpens> =>
  new Map(
    scene.calls.flatMap(({ call, duty, session, ok }) => {
      const tags = tagsAtCreation(call.input);
      const opens = OPENINGS.find((kind) => kind === tags.get(TAGS.isolation));
      const groupId = text(call.output, 'GroupId');
      return ok &&
        duty === 'contain' &&
        call.operation === 'CreateSecurityGroup' &&
        opens !== undefined &&
        groupId !== undefined &&
        tags.get(TAGS.incident) === session
        ? [[groupId, { groupId, opens, incidentId: session }] as const]
        : [];
    }),
  );

const attaches = (one: OurCall, groupId: string): boolean =>
  one.ok &&
  one.call.operation === 'ModifyNetworkInterfaceAttribute' &&
  texts(one.call.input, 'Groups').includes(groupId);

/** An entry of an ACL that denies everything of one block, and between when it stood. */
interface Denial {
  readonly egress: boolean;
  readonly cidr: string;
  readonly from: number;
  readonly until: number;
}

/** What calls made the ACL deny, and what it denies in the end without a call of the run having made it. */
const denialsIn = (scene: Scene, state: Ec2State, networkAclId: string): readonly Denial[] => {
  const calls = scene.remains.organization.journal.calls.filter(
    ({ outcome, input }) => outcome === 'ok' && text(input, 'NetworkAclId') === networkAclId,
  );
  const key = (input: unknown): string => JSON.stringify([Object(input).RuleNumber, Object(input).Egress]);
  const made = calls
    .filter(
      ({ operation, input }) =>
        operation === 'CreateNetworkAclEntry' &&
        text(input, 'RuleAction') === 'deny' &&
        text(input, 'Protocol') === '-1',
    )
    .map(({ input, repliedAt, sentAt }) => ({
      key: key(input),
      egress: Object(input).Egress === true,
      cidr: text(input, 'CidrBlock') ?? text(input, 'Ipv6CidrBlock') ?? '',
      from: repliedAt ?? sentAt,
      until:
        calls.find(
          (other) =>
            other.operation === 'DeleteNetworkAclEntry' &&
            key(other.input) === key(input) &&
            other.sentAt > sentAt,
        )?.sentAt ?? Number.POSITIVE_INFINITY,
    }));
  const standing = (state.networkAcls.get(networkAclId)?.entries ?? [])
    .filter(({ action, protocol }) => action === 'deny' && protocol === '-1')
    .map(({ ruleNumber, egress, source }) => ({
      key: JSON.stringify([ruleNumber, egress]),
      egress,
      cidr: source.cidr,
      from: 0,
      until: Number.POSITIVE_INFINITY,
    }))
    .filter((entry) => !made.some((one) => one.key === entry.key));
  return [...made, ...standing];
};

/** Far ends of the findings to which the interface's subnet was not closed, from before the opening until after the closing. */
const notClosedTo = (
  scene: Scene,
  { suspect, account, region }: Opened,
  {
    networkInterfaceId,
    from,
    until,
  }: { readonly networkInterfaceId: string; readonly from: number; readonly until: number },
): readonly string[] => {
  const state = scene.remains.organization.world.of(ec2State, account, region);
  const nic = state.networkInterfaces.get(networkInterfaceId);
  if (nic === undefined) return [];
  const acl = aclOf(state, nic.subnetId);
  if (acl.entries.every(({ action }) => action === 'deny')) return [];
  const denials = denialsIn(scene, state, acl.networkAclId);
  return [...new Set((suspect?.remotes ?? []).map(({ address }) => address))].filter((address) =>
    [true, false].some(
      (egress) =>
        !denials.some(
          (one) =>
            one.egress === egress &&
            one.cidr === `${address}/${address.includes(':') ? 128 : 32}` &&
            one.from <= from &&
            one.until >= until,
        ),
    ),
  );
};

/** Endpoints of a VPC to which a management path may lead: addresses of their interfaces, and prefix lists. */
const managementPeers = (state: Ec2State, vpcId: string | undefined): ReadonlySet<string> => {
  const endpoints = [...state.vpcEndpoints.values()].filter(
    (endpoint) =>
      endpoint.vpcId === vpcId && /\.(ssm|ssmmessages|ec2messages|s3)$/.test(endpoint.serviceName),
  );
  return new Set([
    ...endpoints.flatMap(({ networkInterfaceIds = [] }) =>
      networkInterfaceIds.flatMap((id) => {
        const nic = state.networkInterfaces.get(id);
        return nic === undefined ? [] : [`${nic.privateIpAddress}/32`];
      }),
    ),
    ...[...state.prefixLists.values()]
      .filter(({ name }) => name.endsWith('.s3'))
      .map(({ prefixListId }) => prefixListId),
  ]);
};

const peersOf = (permission: unknown): readonly string[] => [
  ...list(permission, 'IpRanges').map((one) => text(one, 'CidrIp') ?? ''),
  ...list(permission, 'Ipv6Ranges').map((one) => text(one, 'CidrIpv6') ?? ''),
  ...list(permission, 'PrefixListIds').map((one) => text(one, 'PrefixListId') ?? ''),
  ...list(permission, 'UserIdGroupPairs').map((one) => text(one, 'GroupId') ?? ''),
];

/** What is wrong with a rule that was added to a group; undefined where the group is there to have it, and nothing has the group yet. */
export const wrongRule = (scene: Scene, one: OurCall): string | undefined => {
  const { call, session, account } = one;
  const group = groupsThatOpen(scene).get(text(call.input, 'GroupId') ?? '');
  if (group === undefined || group.incidentId !== session || one.duty !== 'contain') return 'it opens';
  const early = scene.calls.find(
    (other) => attaches(other, group.groupId) && other.call.sentAt < call.sentAt,
  );
  if (early !== undefined) return `it adds a rule to ${group.groupId}, which an interface has already`;
  if (group.opens === 'untracking') return undefined;
  const state = scene.remains.organization.world.of(ec2State, account, call.region);
  const allowed = managementPeers(state, vpcOf(scene, group));
  const permissions = list(call.input, 'IpPermissions');
  const strange = permissions.filter(
    (permission) =>
      text(permission, 'IpProtocol') !== 'tcp' ||
      Object(permission).FromPort !== 443 ||
      Object(permission).ToPort !== 443 ||
      peersOf(permission).some((peer) => !allowed.has(peer)),
  );
  return call.operation === 'AuthorizeSecurityGroupEgress' && strange.length === 0
    ? undefined
    : `it lets more through ${group.groupId} than TCP 443 to endpoints of SSM and S3`;
};

const vpcOf = (scene: Scene, { groupId }: GroupThatOpens): string | undefined =>
  scene.calls.flatMap(({ call }) =>
    call.operation === 'CreateSecurityGroup' && text(call.output, 'GroupId') === groupId
      ? (text(call.input, 'VpcId') ?? [])
      : [],
  )[0];

/** Whether a person said yes to the opening before; of a management path, whether it waited for nobody. */
const isWanted = (
  scene: Scene,
  { opens, incidentId }: GroupThatOpens,
  { networkInterfaceId, at }: { readonly networkInterfaceId: string; readonly at: number },
): boolean => {
  const kind = opens === 'untracking' ? 'untrack-connections' : 'keep-management-path';
  const asked = askedIn(scene)
    .filter(({ incident }) => incident.incidentId === incidentId)
    .flatMap((one) =>
      one.plan.steps
        .filter((step) => step.kind === kind && step['networkInterfaceId'] === networkInterfaceId)
        .map((step) => ({ asked: one, step })),
    );
  const waited = asked.filter(({ step }) => step.gate !== 'automatic');
  if (opens === 'management-path' && waited.length === 0) return true;
  return waited.some(({ asked: plan, step }) => saidYes(scene, plan, { stepId: step.id, by: at }));
};

/**
 * What is wrong with an interface that was put into several groups, from the world and the journal alone: it must stay in one empty group
 * of ours, beside groups that were made for its incident; a person said yes before; the path to what the findings name was closed before and
 * stayed so; and it was closed again within the bound. Undefined when nothing is.
 */
export const wrongOpening = (scene: Scene, one: OurCall): string | undefined => {
  const { call, account, session } = one;
  const state = scene.remains.organization.world.of(ec2State, account, call.region);
  const known = groupsThatOpen(scene);
  const networkInterfaceId = text(call.input, 'NetworkInterfaceId') ?? '';
  const held = texts(call.input, 'Groups');
  const others = held.filter((id) => !known.has(id));
  const opening = held.flatMap((id) => known.get(id) ?? []);
  const incident = scene.incidents.find(({ incidentId }) => incidentId === session);
  if (others.length !== 1 || incident === undefined || one.duty !== 'contain')
    return `it puts ${networkInterfaceId} into ${held.length} groups`;
  const notIsolating = whyNotIsolating(state, account, others[0] ?? '');
  if (notIsolating !== undefined) return notIsolating;
  for (const group of opening) {
    const what = `it opens ${networkInterfaceId} by ${group.groupId}`;
    if (group.incidentId !== session) return `${what}, which is another incident's`;
    if (!isWanted(scene, group, { networkInterfaceId, at: call.sentAt }))
      return `${what} without a person's yes`;
    const closed = scene.calls.find(
      (other) =>
        other.ok &&
        other.call.sentAt > call.sentAt &&
        other.call.operation === 'ModifyNetworkInterfaceAttribute' &&
        text(other.call.input, 'NetworkInterfaceId') === networkInterfaceId &&
        inner(other.call.input, 'Groups') !== undefined &&
        !texts(other.call.input, 'Groups').includes(group.groupId),
    )?.call.sentAt;
    if (closed === undefined) return `${what}, which nothing closed again`;
    if (closed - call.sentAt > LONGEST_MS[group.opens])
      return `${what} for ${Math.round((closed - call.sentAt) / 1_000)} s`;
    const open =
      group.opens === 'untracking'
        ? notClosedTo(scene, incident, { networkInterfaceId, from: call.sentAt, until: closed })
        : [];
    if (open.length > 0) return `${what} while nothing closed the path to ${open.join(', ')}`;
  }
  return undefined;
};
