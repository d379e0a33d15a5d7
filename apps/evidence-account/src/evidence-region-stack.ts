import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dutyRoleArn, KEY_ALIASES, type CordonConfig } from '@cordon/incident';
import { EBS_KEY_USE } from '@cordon/responder/needs';
import { deploymentNames, GuardedKey, throughEc2, type DeploymentNames } from '@cordon/constructs';

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

/** The evidence account in every Region: the keys that evidence copies lie under and travel under. */
export class EvidenceRegionStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, {
      description: 'Cordon: keys of evidence copies in one Region',
      terminationProtection: true,
    });
    const names = deploymentNames(config);
    new GuardedKey(this, 'EvidenceKey', {
      alias: KEY_ALIASES.evidence,
      description: 'Cordon: evidence copies',
      kind: 'encryption',
      use: [...custodian(names), ...examiner(names)],
    });
    new GuardedKey(this, 'TransitKey', {
      alias: KEY_ALIASES.transit,
      description: 'Cordon: copies on their way out of a member account',
      kind: 'encryption',
      use: [...members(names), ...custodian(names)],
    });
  }
}
