import { IAM_PATH, TAGS } from '@cordon/incident';
import { ec2State, iamState, kmsState, s3State, type World } from '@cordon/local-aws';
import type { Aftermath } from './aftermath.ts';

const sorted = <Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> =>
  Object.fromEntries([...entries].toSorted(([a], [b]) => a.localeCompare(b)));

const rolesOf = (world: World, account: string, more: string) => {
  const { roles, texts } = world.of(iamState, account, '');
  return [...roles.values()]
    .filter(({ name, path }) => path === IAM_PATH || name === more || name === 'break-glass')
    .map(({ arn, trust, inline, attached, tags }) => ({
      arn,
      trust: texts.get(trust) ?? trust,
      inline: sorted(inline),
      attached: [...attached],
      tags: sorted(tags),
    }));
};

const memberOf = ({ organization: { world }, suspect, siblingId, isolationGroupId }: Aftermath) => {
  const ec2 = world.of(ec2State, suspect.account, suspect.region);
  const group = ec2.securityGroups.get(isolationGroupId);
  return {
    instances: [suspect.instanceId, siblingId].map((id) => {
      const instance = ec2.instances.get(id);
      return {
        ...instance,
        tags: sorted(instance?.tags ?? []),
        networkInterfaceIds: [...(instance?.networkInterfaceIds ?? [])],
        metadataOptions: { ...instance?.metadataOptions },
        blockDevices: instance?.blockDevices.map((device) => ({ ...device })),
      };
    }),
    interfaces: suspect.networkInterfaceIds.map((id) => {
      const held = ec2.networkInterfaces.get(id);
      return {
        id,
        groups: [...(held?.groups ?? [])],
        tags: sorted(held?.tags ?? []),
        publicIp: held?.publicIp,
      };
    }),
    isolationGroup: { permissions: [...(group?.permissions ?? ['gone'])], tags: sorted(group?.tags ?? []) },
    profiles: [...ec2.profileAssociations.values()].map((association) => ({ ...association })),
    roles: rolesOf(world, suspect.account, suspect.roleName),
  };
};

const evidenceOf = ({ organization: { world }, accounts, suspect, homeRegion, vault }: Aftermath) => {
  const bucket = world.of(s3State, '', '').buckets.get(vault);
  const keys = [...new Set([homeRegion, suspect.region])].flatMap((region) => {
    const state = world.of(kmsState, accounts.evidence, region);
    return [...state.keys.values()].map(({ arn, state: is, policyText, grants }) => ({
      arn,
      is,
      policyText,
      grants: grants.map(({ grantId }) => grantId),
    }));
  });
  const { snapshots } = world.of(ec2State, accounts.evidence, suspect.region);
  return {
    copies: [...snapshots.values()].map(({ snapshotId, state, lock, sharedWith, isPublic, tags }) => ({
      snapshotId,
      holds: tags.get(TAGS.holds) ?? 'disk',
      state,
      lock: { ...lock },
      sharedWith: [...sharedWith],
      isPublic,
    })),
    policy: bucket?.policy?.text,
    objects: [...(bucket?.versions.values() ?? [])].flatMap((versions) =>
      versions.map(({ kind, key, versionId, ...rest }) => ({
        kind,
        key,
        versionId,
        retention: 'retention' in rest ? { ...rest.retention } : undefined,
      })),
    ),
    keys,
    roles: rolesOf(world, accounts.evidence, ''),
  };
};

/** What containment and evidence rest on, read from the world itself; a copy that later changes leave alone. */
export const whatStands = (on: Aftermath) => ({
  member: memberOf(on),
  evidence: evidenceOf(on),
  security: rolesOf(on.organization.world, on.accounts.security, ''),
  forensics: rolesOf(on.organization.world, on.accounts.forensics, ''),
});
