import { addKey, awsManagedKey, ec2State, kmsState, type Key, type Organization } from '@cordon/local-aws';
import { dutyRoleArn } from '@cordon/incident';
import type { NamedInstance } from '../raw/raw-finding.ts';
import type { Suspect } from '../run-record.ts';

/** What a volume's key allows, and therefore what is true of the volume at the end. */
export interface KeyCase {
  readonly name: string;
  /** What the stated reason must say where no copy can be had; absent where one must be. */
  readonly says?: string;
}

/** One volume of the matrix, as `addInstance` takes it. */
export interface CaseVolume {
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly content: string;
  readonly encrypted?: boolean;
  readonly kmsKeyArn?: string;
}

/** The accounts that the cases are about. */
export interface KeyCast {
  readonly evidence: string;
  /** Holds keys that other accounts encrypt their volumes with. */
  readonly keyAccount: string;
}

interface Making extends KeyCast {
  readonly organization: Organization;
  readonly named: NamedInstance;
  readonly name: string;
}

const USE = [
  'kms:DescribeKey',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:CreateGrant',
];

const allow = (principal: string, actions: string | readonly string[], condition?: object) => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: actions,
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});
const rootOf = (account: string): string => `arn:aws:iam::${account}:root`;

const keyOf = (
  { organization, named, name }: Making,
  statements: readonly object[],
  account = named.account,
): Key =>
  addKey(
    organization.world,
    {
      account,
      region: named.region,
      alias: `alias/${name}-${named.instanceId}`,
      description: name,
      policy: { Version: '2012-10-17', Statement: statements },
    },
    { ids: organization.ids, now: organization.timeline.now() },
  );

/** The default policy of a key: the account's own IAM decides. */
const ownKey = (making: Making, ...more: readonly object[]): Key =>
  keyOf(making, [allow(rootOf(making.named.account), 'kms:*'), ...more]);

const DAY_MS = 86_400_000;
/** When whoever was told of the disabled key enables it. */
const ENABLED_AFTER_MS = 15 * 60_000;

/** Every case: how its key is made (undefined without encryption), and what must be said where no copy can be had. */
const CASES: readonly (KeyCase & { readonly key: (making: Making) => Key | undefined })[] = [
  { name: 'not-encrypted', key: () => undefined },
  { name: 'customer-key', key: (making) => ownKey(making) },
  {
    name: 'customer-key-admits-custodian',
    key: (making) => ownKey(making, allow(rootOf(making.evidence), USE)),
  },
  {
    name: 'aws-ebs',
    key: ({ organization, named: { account, region } }) =>
      awsManagedKey(
        organization.world,
        { account, region, service: 'ebs' },
        { ids: organization.ids, now: organization.timeline.now() },
      ),
  },
  // A customer key that the account encrypts new volumes with: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
  { name: 'account-default-key', key: (making) => ownKey(making) },
  {
    name: 'admits-custodian-to-look-alone',
    key: (making) => ownKey(making, allow(rootOf(making.evidence), 'kms:DescribeKey')),
  },
  {
    name: 'through-ec2-alone',
    key: (making) =>
      keyOf(making, [
        allow('*', USE, {
          StringEquals: {
            'kms:CallerAccount': making.named.account,
            'kms:ViaService': `ec2.${making.named.region}.amazonaws.com`,
          },
        }),
      ]),
  },
  {
    name: 'lets-us-grant-alone',
    key: (making) =>
      keyOf(making, [
        allow(dutyRoleArn('aws', making.named.account, 'acquire'), [
          'kms:DescribeKey',
          'kms:CreateGrant',
          'kms:RetireGrant',
        ]),
      ]),
  },
  {
    name: 'foreign-key-admits-custodian',
    key: (making) =>
      keyOf(
        making,
        [allow(rootOf(making.keyAccount), 'kms:*'), allow(rootOf(making.evidence), USE)],
        making.keyAccount,
      ),
  },
  {
    name: 'foreign-key',
    says: 'admits none of our roles',
    key: (making) =>
      keyOf(
        making,
        [allow(rootOf(making.keyAccount), 'kms:*'), allow(rootOf(making.named.account), USE)],
        making.keyAccount,
      ),
  },
  {
    name: 'admits-nobody-of-ours',
    says: 'admits none of our roles',
    key: (making) => keyOf(making, [allow(rootOf(making.keyAccount), 'kms:*')]),
  },
  {
    name: 'disabled',
    says: 'is disabled',
    key: (making) => Object.assign(ownKey(making), { state: 'Disabled' }),
  },
  {
    name: 'pending-deletion',
    says: 'is pending deletion on 2026-',
    key: (making) =>
      Object.assign(ownKey(making), {
        state: 'PendingDeletion',
        deletionAt: making.organization.timeline.now() + 7 * DAY_MS,
      }),
  },
  {
    name: 'disabled-then-enabled',
    key: (making) => {
      const key: Key = Object.assign(ownKey(making), { state: 'Disabled' });
      const { timeline } = making.organization;
      timeline.at(timeline.now() + ENABLED_AFTER_MS, () => {
        key.state = 'Enabled';
      });
      return key;
    },
  },
  {
    name: 'gone',
    says: 'does not exist any more',
    key: (making) => {
      const key = ownKey(making);
      making.organization.world
        .of(kmsState, making.named.account, making.named.region)
        .keys.delete(key.keyId);
      return key;
    },
  },
];

/** One volume for every case, the first as root, each with what it must come to. */
export const keyCaseVolumes = (
  organization: Organization,
  named: NamedInstance,
  cast: KeyCast,
): readonly { readonly volume: CaseVolume; readonly keyCase: KeyCase }[] =>
  CASES.map(({ key, ...keyCase }, index) => {
    const made = key({ organization, named, name: keyCase.name, ...cast });
    return {
      keyCase,
      volume: {
        deviceName: index === 0 ? '/dev/xvda' : `/dev/sd${String.fromCodePoint(101 + index)}`,
        sizeGiB: 4 + index,
        content: `${keyCase.name} of ${named.instanceId}`,
        ...(made === undefined ? {} : { encrypted: true, kmsKeyArn: made.arn }),
      },
    };
  });

/**
 * What else differs between the accounts, beside their keys: the second encrypts by default, and EC2 takes no key of another account
 * for a copy of the third. AWS says neither that it does nor that it does not (docs/architecture.md, UNCONFIRMED): both are played.
 */
export const furnishKeyCircumstances = ({ world }: Organization, suspects: readonly Suspect[]): void => {
  const [, second, third] = suspects.map(({ account, region }) => world.of(ec2State, account, region));
  if (second !== undefined) second.ebsEncryptionByDefault = true;
  if (third !== undefined) third.refusesForeignKeysInCopies = true;
};
