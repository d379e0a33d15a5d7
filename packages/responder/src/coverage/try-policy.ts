import { dutyRoleArn, IAM_PATH, QUARANTINE_PROFILE_NAME, TAGS } from '@cordon/incident';
import { TRY_INCIDENT_ID, type TriedDuty } from '@cordon/incident/coverage';
import { sessionPolicy, type Scope, type SessionPolicy } from '../needs/session-policy.ts';

/** Reads of each duty's probes; none has a resource level. */
const READS: Readonly<Record<TriedDuty, readonly string[]>> = {
  inspect: ['ec2:DescribeInstances'],
  contain: ['ec2:DescribeSecurityGroups'],
  acquire: ['ec2:DescribeSnapshots'],
  revoke: ['ec2:DescribeIamInstanceProfileAssociations'],
  release: ['ec2:DescribeNetworkInterfaces'],
  replace: ['ec2:DescribeInstances'],
  capture: ['ssm:DescribeInstanceInformation'],
};

/** Where a duty is tried. */
interface Tried {
  readonly duty: TriedDuty;
  readonly partition: string;
  readonly account: string;
  readonly evidenceAccount: string;
}

const scopeOf = ({ duty, partition, account, evidenceAccount }: Tried): Scope => {
  const ec2 = (owner: string, rest: string): string => `arn:${partition}:ec2:*:${owner}:${rest}`;
  const reads = READS[duty];
  const simulating = {
    actions: ['iam:SimulatePrincipalPolicy'],
    resources: [dutyRoleArn(partition, account, duty)],
  };
  switch (duty) {
    case 'contain':
      return {
        reads,
        on: [
          {
            actions: ['ec2:CreateSecurityGroup', 'ec2:CreateTags'],
            resources: [ec2(account, 'security-group/*'), ec2('*', 'vpc/*')],
          },
        ],
      };
    case 'acquire':
      return {
        reads,
        on: [
          {
            actions: ['ec2:CreateSnapshots'],
            resources: [ec2(account, 'instance/*'), ec2(account, 'volume/*')],
          },
          {
            actions: ['kms:GenerateDataKeyWithoutPlaintext'],
            resources: [`arn:${partition}:kms:*:${evidenceAccount}:key/*`],
          },
          simulating,
        ],
        creates: [{ actions: ['ec2:CreateSnapshots', 'ec2:CreateTags'], resources: [ec2('', 'snapshot/*')] }],
        incidentTag: { key: TAGS.incident, value: TRY_INCIDENT_ID },
      };
    case 'revoke':
      return {
        reads,
        on: [
          {
            actions: ['iam:GetInstanceProfile'],
            resources: [
              `arn:${partition}:iam::${account}:instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`,
            ],
          },
          simulating,
        ],
      };
    case 'inspect':
    case 'release':
    case 'replace':
    case 'capture':
      return { reads };
  }
};

/** A session can do what the duty's probes do and nothing else, and of what would change something only what they try dry. */
export const tryPolicy = (tried: Tried): SessionPolicy => sessionPolicy(scopeOf(tried));
