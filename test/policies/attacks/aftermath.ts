import { runDrill, type Suspect, type Through } from '@cordon/drill';
import {
  IAM_PATH,
  ISOLATION_GROUP_NAME,
  KEY_ALIASES,
  SESSION_DENY_POLICY_NAME,
  TAGS,
  vaultBucketName,
  type CordonConfig,
} from '@cordon/incident';
import { ec2State, kmsState, s3State, type Organization, type World } from '@cordon/local-aws';
import { config } from '../../../cordon.config.ts';
import { inProcessHandlers } from '../../simulation/in-process.ts';

/** What one incident left behind, by the ids that an attacker would look up first. */
export interface Aftermath {
  readonly organization: Organization;
  readonly accounts: CordonConfig['accounts'];
  readonly homeRegion: string;
  /** The contained instance, where it is. */
  readonly suspect: Suspect & { readonly roleName: string };
  readonly interfaceId: string;
  readonly associationId: string;
  readonly isolationGroupId: string;
  /** A group of the workload, in the contained interface's VPC. */
  readonly openGroupId: string;
  /** The profile that the contained instance had, and its sibling has. */
  readonly profileName: string;
  /** A healthy instance of the same role. */
  readonly siblingId: string;
  /** A locked copy in the evidence account. */
  readonly copyId: string;
  readonly vault: string;
  /** One object of the vault. */
  readonly held: { readonly key: string; readonly versionId: string };
  readonly custodyKeyArn: string;
  readonly evidenceKeyArn: string;
  /** When the finding arrived, virtual epoch milliseconds: nothing was contained yet. */
  readonly arrivedAt: number;
}

/** Takes what must be there, or says what is missing. */
const there = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined)
    throw new Error(`the incident left no ${what}: the scenario no longer furnishes what this test attacks`);
  return value;
};

/** ARN of the policy in a member account that denies the sessions of contained instances. */
export const sessionDenyArn = (account: string): string =>
  `arn:aws:iam::${account}:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`;

/** ARN of the key that an alias of the evidence account names. */
const keyArn = (world: World, alias: string, region: string): string => {
  const { aliases, keys } = world.of(kmsState, config.accounts.evidence, region);
  return there(keys.get(aliases.get(alias) ?? ''), `key ${alias} in ${region}`).arn;
};

const inMember = (world: World, suspect: Suspect) => {
  const ec2 = world.of(ec2State, suspect.account, suspect.region);
  const interfaceId = there(suspect.networkInterfaceIds[0], 'interface of the suspect');
  const { vpcId } = there(ec2.networkInterfaces.get(interfaceId), `interface ${interfaceId}`);
  const groups = [...ec2.securityGroups.values()].filter((group) => group.vpcId === vpcId);
  const associationOf = (id: string) =>
    there(
      [...ec2.profileAssociations.values()].find(({ instanceId }) => instanceId === id),
      `profile association of ${id}`,
    );
  const siblingId = there(suspect.siblings[0], 'sibling of the suspect');
  return {
    interfaceId,
    associationId: associationOf(suspect.instanceId).associationId,
    profileName: associationOf(siblingId).profileArn.split('/').at(-1) ?? '',
    isolationGroupId: there(
      groups.find(({ name }) => name === ISOLATION_GROUP_NAME),
      'isolation group',
    ).groupId,
    openGroupId: there(
      groups.find(({ name, tags }) => name !== 'default' && !tags.has(TAGS.isolation)),
      'group of the workload',
    ).groupId,
    siblingId,
  };
};

const inEvidence = (world: World, region: string) => {
  const vault = vaultBucketName(config.accounts.evidence);
  const versions = [...(world.of(s3State, '', '').buckets.get(vault)?.versions.values() ?? [])].flat();
  const { snapshots } = world.of(ec2State, config.accounts.evidence, region);
  return {
    vault,
    held: there(
      versions.find(({ kind }) => kind === 'object'),
      'object in the vault',
    ),
    copyId: there(
      [...snapshots.values()].find(({ lock }) => lock !== undefined),
      'locked copy',
    ).snapshotId,
    custodyKeyArn: keyArn(world, KEY_ALIASES.custody, config.homeRegion),
    evidenceKeyArn: keyArn(world, KEY_ALIASES.evidence, region),
  };
};

/** Runs the richest incident in this process, that far; whoever asks closes its organization. */
const incident = async (through: Through) => {
  const { record } = await runDrill(
    {
      config,
      scenario: 'richest',
      seed: 'attacks',
      through,
      forged: false,
      listCalls: false,
      conditions: { runtime: { inProcess: inProcessHandlers() } },
    },
    () => {},
  );
  return { ...record, suspect: there(record.suspects[0], 'suspect') };
};

/** A whole incident, handled to its seal; the caller closes the organization. Throws when the scenario left something out. */
export const aftermathOf = async (): Promise<Aftermath> => {
  const { organization, suspect, deliveries } = await incident('seal');
  const { accounts, homeRegion } = config;
  const { world } = organization;
  return {
    organization,
    accounts,
    homeRegion,
    suspect: { ...suspect, roleName: there(suspect.roleArn?.split('/').at(-1), 'role of the suspect') },
    ...inMember(world, suspect),
    ...inEvidence(world, suspect.region),
    arrivedAt: there(deliveries[0], 'finding').arrivedAt,
  };
};

/** The same incident while it is contained and its disks are on their way; the caller closes the organization. */
export const snapshotOnItsWay = async () => {
  const { organization, suspect } = await incident('contain');
  const { snapshots } = organization.world.of(ec2State, suspect.account, suspect.region);
  const frozen = [...snapshots.values()].find(({ tags }) => tags.get(TAGS.hop) === 'freeze');
  return { organization, suspect, snapshot: there(frozen, "frozen snapshot in the suspect's account") };
};
