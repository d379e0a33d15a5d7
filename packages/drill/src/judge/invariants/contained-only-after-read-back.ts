import { ec2State } from '@cordon/local-aws';
import { list, text } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { foreignProfiles, interfacesOf, openNetworkPaths } from '../isolation.ts';
import type { OurCall } from '../our-calls.ts';
import type { PhaseEvent } from '../phase-events.ts';
import { wantedReleases } from '../releases.ts';
import { isHeldByStop } from '../rungs.ts';
import { contained, eventsOf, type Opened, type Scene } from '../scene.ts';
import { decideOn, probesOf, roleOf } from '../sessions.ts';

/** Calls that change what containment consists of. */
const CHANGES: ReadonlySet<string> = new Set([
  'ModifyNetworkInterfaceAttribute',
  'DisassociateAddress',
  'ReplaceIamInstanceProfileAssociation',
  'DisassociateIamInstanceProfile',
  'TagRole',
  'AttachRolePolicy',
  'PutRolePolicy',
  'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress',
]);

/** What must have been read between the last change and the word. */
const READS = ['DescribeNetworkInterfaces', 'DescribeSecurityGroups'] as const;

/** What must have been read after the last change of a kind: a deny that was not read back is no deny. */
const READ_AFTER: Readonly<Record<string, string>> = {
  AttachRolePolicy: 'ListAttachedRolePolicies',
  PutRolePolicy: 'GetRolePolicy',
};

const repliedAt = ({ call }: OurCall): number => call.repliedAt ?? Number.POSITIVE_INFINITY;

/** What was not read back before one `contained` was said. */
const unread = (
  scene: Scene,
  { incidentId, instanceId, account, region }: Opened,
  said: PhaseEvent,
): readonly string[] => {
  const mine = scene.calls.filter(({ session, ok }) => session === incidentId && ok);
  const changes = mine.filter(
    ({ duty, call }) =>
      (duty === 'contain' || duty === 'revoke') && CHANGES.has(call.operation) && call.sentAt < said.at,
  );
  // A change whose reply was lost took effect when it was sent.
  const lastChange = Math.max(
    Number.NEGATIVE_INFINITY,
    ...changes.map(({ call }) => call.repliedAt ?? call.sentAt),
  );
  const reads = mine.filter(
    (one) =>
      one.duty === 'inspect' &&
      one.account === account &&
      one.call.sentAt >= lastChange &&
      repliedAt(one) <= said.at,
  );
  const absent = READS.filter((operation) => !reads.some(({ call }) => call.operation === operation));
  const deniesUnread = Object.entries(READ_AFTER).flatMap(([change, read]) => {
    const last = changes.findLast(({ call }) => call.operation === change);
    const isRead = mine.some(
      (one) =>
        one.duty === 'inspect' &&
        one.call.operation === read &&
        one.call.sentAt >= (last?.call.repliedAt ?? last?.call.sentAt ?? 0) &&
        repliedAt(one) <= said.at,
    );
    return last === undefined || isRead
      ? []
      : [`${instanceId} was said to be contained without ${read} after ${change}`];
  });
  const seen = new Set(
    reads.flatMap(({ call }) =>
      call.operation === READS[0]
        ? list(call.output, 'NetworkInterfaces').map((nic) => text(nic, 'NetworkInterfaceId'))
        : [],
    ),
  );
  const { world } = scene.remains.organization;
  const unseen = interfacesOf(world, { account, region, instanceId }).filter(
    ({ networkInterfaceId }) => !seen.has(networkInterfaceId),
  );
  return [
    ...deniesUnread,
    ...absent.map(
      (operation) => `${instanceId} was said to be contained without ${operation} after the last change`,
    ),
    ...(absent.length > 0
      ? []
      : unseen.map(
          ({ networkInterfaceId }) =>
            `${instanceId} was said to be contained and ${networkInterfaceId} was not read back`,
        )),
  ];
};

/** What the world says against "contained" of one instance: paths, profiles, and sessions that are not cut. */
const untrue = (scene: Scene, opened: Opened): readonly string[] => {
  const { remains } = scene;
  const { world } = remains.organization;
  const paths = isHeldByStop(scene, opened) ? [] : openNetworkPaths(world, opened);
  const profiles = foreignProfiles(world, opened).map((arn) => `the profile ${arn} is associated`);
  const exists = world.of(ec2State, opened.account, opened.region).instances.has(opened.instanceId);
  const role =
    opened.suspect?.roleArn === undefined || !exists ? undefined : roleOf(world, opened.suspect.roleArn);
  const alive =
    role === undefined
      ? []
      : probesOf(world, role).filter(
          (probe) => decideOn(remains, { ...opened, roleName: role.name }, probe).layer !== 'explicit-deny',
        );
  return [
    ...paths,
    ...profiles,
    ...alive.map(({ action }) => `its session under ${role?.name} is not denied ${action}`),
  ].map((what) => `${opened.instanceId}: ${what}`);
};

/** DESIGN section 7, 2: "contained" is said only after reading back every interface, and never while a path is open. */
export const containedOnlyAfterReadBack: Invariant = {
  id: 'contained-only-after-read-back',
  judge: (scene) => {
    const said = contained(scene);
    if (said.length === 0) return notJudged('no instance was said to be contained');
    const wanted = new Set(wantedReleases(scene).map(({ incidentId }) => incidentId));
    const wrong = said.flatMap((opened) => [
      ...eventsOf(scene, opened.incidentId)
        .filter(({ kind }) => kind === 'contained')
        .flatMap((event) => unread(scene, opened, event)),
      // How a released one stands at the end is judged by what it was before.
      ...(wanted.has(opened.incidentId) ? [] : untrue(scene, opened)),
    ]);
    return verdictOn(
      wrong,
      `${said.length} instance(s): every interface and its group was read back after the last change, no address, foreign profile or live session is left`,
    );
  },
};
