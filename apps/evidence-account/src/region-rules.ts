import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  BUS_NAME,
  dutyRoleArn,
  IAM_PATH,
  READS_NAME,
  RECORDER_FUNCTION_NAME,
  regionVaultBucketName,
  vaultBucketName,
} from '@cordon/incident';
import { alarm, policyDocument, serviceTrust, type DeploymentNames } from '@cordon/constructs';

/** Name of the rule that sends alarms, in every Region. */
const ALARMS_RULE_NAME = 'cordon-alarms';

/**
 * Reads of what is evidence, by anybody but the roles that read it all day: those the trail has, and no ledger needs. Of an object its content;
 * of a snapshot the list of its blocks, without which no block is read, and what is made of it whole.
 * Data events that only read match a rule that is enabled, as writes do: that a rule leaves reads out is said of management events.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
const readsPattern = ({ partition, evidenceAccount }: DeploymentNames): object => {
  const ours = [
    `arn:${partition}:iam::${evidenceAccount}:role${IAM_PATH}${RECORDER_FUNCTION_NAME}`,
    dutyRoleArn(partition, evidenceAccount, 'hasher'),
    dutyRoleArn(partition, evidenceAccount, 'custodian'),
  ];
  return {
    source: ['aws.s3', 'aws.ebs', 'aws.ec2'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      // A caller that is no session of a role has no issuer.
      userIdentity: {
        sessionContext: { sessionIssuer: { arn: [{ 'anything-but': ours }, { exists: false }] } },
      },
      $or: [
        {
          eventName: ['GetObject', 'GetObjectTorrent', 'SelectObjectContent'],
          requestParameters: {
            bucketName: [
              vaultBucketName(evidenceAccount),
              regionVaultBucketName(evidenceAccount, Aws.REGION),
            ],
          },
        },
        { eventName: ['ListSnapshotBlocks', 'ListChangedBlocks'] },
        { eventName: ['CopySnapshot', 'CreateVolume'] },
      ],
    },
  };
};

/**
 * What the evidence account tells of a Region: reads of evidence to its own bus in the home Region, and alarms of ours to the security account's, which
 * calls people: an alarm's action reaches no topic of another Region.
 */
export class RegionRules extends Construct {
  constructor(scope: Construct, id: string, names: DeploymentNames) {
    super(scope, id);
    const { partition, homeRegion, evidenceAccount, securityAccount } = names;
    const busArn = (account: string, name: string): string =>
      `arn:${partition}:events:${homeRegion}:${account}:event-bus/${name}`;
    const buses = {
      reads: busArn(evidenceAccount, READS_NAME),
      alarms: busArn(securityAccount, BUS_NAME),
    };
    // Named by CloudFormation: the same stack in another Region makes another of the account's roles.
    const role = new CfnRole(this, 'ForwardRole', {
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('events.amazonaws.com', Aws.ACCOUNT_ID),
      policies: [
        {
          policyName: 'forward',
          policyDocument: policyDocument([
            {
              Sid: 'PutOnHomeBuses',
              Effect: 'Allow',
              Action: 'events:PutEvents',
              Resource: [buses.reads, buses.alarms],
            },
          ]),
        },
      ],
    });
    const reads = new CfnRule(this, 'Reads', {
      name: READS_NAME,
      description: 'Cordon: reads of evidence to the home Region',
      eventPattern: readsPattern(names),
      targets: [{ id: 'reads', arn: buses.reads, roleArn: role.attrArn }],
    });
    new CfnRule(this, 'Alarms', {
      name: ALARMS_RULE_NAME,
      description: 'Cordon: alarms of this account to the home Region of the security account',
      eventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ prefix: 'cordon-' }], state: { value: ['ALARM'] } },
      },
      targets: [{ id: 'home-bus', arn: buses.alarms, roleArn: role.attrArn }],
    });
    alarm(this, 'Undelivered', {
      name: 'cordon-reads-undelivered',
      description: 'Reads of evidence of this Region did not reach the home Region; the trail has them',
      namespace: 'AWS/Events',
      metric: 'FailedInvocations',
      dimensions: { RuleName: reads.ref },
      statistic: 'Sum',
    });
  }
}
