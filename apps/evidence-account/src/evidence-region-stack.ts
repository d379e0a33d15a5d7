import { join } from 'node:path';
import { Aws, CfnCondition, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  BLOCK_HASHER_FUNCTION_NAME,
  dutyRoleArn,
  KEY_ALIASES,
  regionVaultBucketName,
  type CordonConfig,
} from '@cordon/incident';
import { EBS_KEY_USE, TRY_TRANSIT_ACTION } from '@cordon/responder/needs';
import {
  deploymentNames,
  functionAlarms,
  GuardedKey,
  throughEc2,
  type DeploymentNames,
} from '@cordon/constructs';
import { BlockHasher } from './block-hasher.ts';
import { RegionRules } from './region-rules.ts';
import { Vault } from './vault.ts';
import { vaultRoles } from './vault-roles.ts';

const rootArn = (names: DeploymentNames, account: string): string =>
  `arn:${names.partition}:iam::${account}:root`;

/** The custodian copies what was shared into evidence: it reads under the transit key and writes under the evidence key. */
const custodian = (names: DeploymentNames): readonly object[] =>
  throughEc2({
    sid: 'Custodian',
    principal: rootArn(names, names.evidenceAccount),
    roles: [dutyRoleArn(names.partition, names.evidenceAccount, 'custodian')],
    organizationId: names.organizationId,
    actions: EBS_KEY_USE,
  });

/** The examiner makes volumes of evidence copies, under the working key of its own account from then on. */
const examiner = (names: DeploymentNames): readonly object[] =>
  throughEc2({
    sid: 'Examiner',
    principal: rootArn(names, names.forensicsAccount),
    roles: [dutyRoleArn(names.partition, names.forensicsAccount, 'examiner')],
    organizationId: names.organizationId,
    actions: EBS_KEY_USE,
  });

/** Every member's acquire duty re-encrypts to the transit key; the account is the organization's, the role is ours. */
const members = (names: DeploymentNames): readonly object[] =>
  throughEc2({
    sid: 'Members',
    principal: '*',
    roles: [dutyRoleArn(names.partition, '*', 'acquire')],
    organizationId: names.organizationId,
    actions: EBS_KEY_USE,
  });

/** Where accounts are tried, the acquire duty tries the key without EC2, which makes no dry run of it; what that could give it cannot decrypt. */
const triers = (names: DeploymentNames, { coverage }: CordonConfig): readonly object[] =>
  coverage === undefined
    ? []
    : [
        {
          Sid: 'MembersTry',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: TRY_TRANSIT_ACTION,
          Resource: '*',
          Condition: {
            ArnLike: { 'aws:PrincipalArn': dutyRoleArn(names.partition, '*', 'acquire') },
            StringEquals: { 'aws:PrincipalOrgID': names.organizationId },
          },
        },
      ];

/** Reading alone, and no grant. Which service blocks are read through AWS does not say: EC2's is taken. */
const reads = (
  names: DeploymentNames,
  { sid, principal, role }: { readonly sid: string; readonly principal: unknown; readonly role: string },
): object => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: {
    ArnLike: { 'aws:PrincipalArn': role },
    StringEquals: { 'aws:PrincipalOrgID': names.organizationId },
    StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
  },
});

/** The hasher reads what lies under either key. */
const hasher = (names: DeploymentNames, { evidence }: CordonConfig): readonly object[] =>
  evidence.blockHashes === undefined
    ? []
    : [
        reads(names, {
          sid: 'HasherReads',
          principal: rootArn(names, names.evidenceAccount),
          role: dutyRoleArn(names.partition, names.evidenceAccount, 'hasher'),
        }),
      ];

/** What lies under the transit key in a member is read there, where it may not be read through its share. */
const sourceReaders = (names: DeploymentNames, { evidence }: CordonConfig): readonly object[] =>
  evidence.blockHashes?.fromMember === true
    ? [
        reads(names, {
          sid: 'SourceReadersRead',
          principal: '*',
          role: dutyRoleArn(names.partition, '*', 'read-source'),
        }),
      ]
    : [];

/** What the stack is made of. */
interface EvidenceRegionStackProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundle `block-hasher`. */
  readonly codeRoot: string;
}

/** The evidence account in every Region: the keys that evidence copies lie under and travel under, the vault for contents where it is not the home Region, and what hashes blocks there. */
export class EvidenceRegionStack extends Stack {
  constructor(scope: Construct, id: string, { config, codeRoot }: EvidenceRegionStackProps) {
    super(scope, id, {
      description: 'Cordon: keys of evidence copies in one Region, its vault, and what hashes their blocks',
      terminationProtection: true,
    });
    const names = deploymentNames(config);
    new GuardedKey(this, 'EvidenceKey', {
      alias: KEY_ALIASES.evidence,
      description: 'Cordon: evidence copies',
      kind: 'encryption',
      use: [...custodian(names), ...examiner(names), ...hasher(names, config)],
    });
    new GuardedKey(this, 'TransitKey', {
      alias: KEY_ALIASES.transit,
      description: 'Cordon: copies on their way out of a member account',
      kind: 'encryption',
      use: [
        ...members(names),
        ...triers(names, config),
        ...custodian(names),
        ...hasher(names, config),
        ...sourceReaders(names, config),
      ],
    });
    // The home Region has the vault of its own stack. One template goes to all of them.
    const elsewhere = new CfnCondition(this, 'NotHome', {
      expression: Fn.conditionNot(Fn.conditionEquals(Aws.REGION, names.homeRegion)),
    });
    new Vault(this, 'Vault', {
      names,
      config,
      bucketName: regionVaultBucketName(names.evidenceAccount, Aws.REGION),
      region: Aws.REGION,
      alias: true,
      condition: elsewhere,
      ...vaultRoles(names, config),
      // Digests of blocks lie in the home Region.
      hasher: undefined,
    });
    new RegionRules(this, 'Rules', names);
    if (config.evidence.blockHashes !== undefined) {
      new BlockHasher(this, 'Hasher', { names, config, code: join(codeRoot, 'block-hasher') });
      functionAlarms(this, BLOCK_HASHER_FUNCTION_NAME);
    }
  }
}
