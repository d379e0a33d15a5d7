/** A finding of a rule pack that stays as it is, with the reason. */
export interface Acknowledged {
  /** The rule, as the pack names it; one that names what it found (`...[Resource::*]`) by what comes before that. */
  readonly rule: string;
  /** Where: what the path `Stack/LogicalId` must match; everywhere when absent. */
  readonly where?: RegExp;
  readonly because: string;
}

/**
 * What AwsSolutions and NIST 800-53 find in our templates and what stays. One that finds nothing any more is an error, as is a finding that
 * is not here.
 */
export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    rule: 'AwsSolutions-IAM5',
    because:
      'the rule sees no conditions. What a role can do to what is listed by `pnpm policies`, by its own model of IAM, and a right that nothing needs is an objection there; ids of instances, snapshots and keys are not known before an incident',
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    because:
      'a duty has one policy, which is nobody else’s: inline it cannot be attached to another role, nor be changed apart from it',
  },
  {
    rule: 'NIST.800.53.R5-LambdaInsideVPC',
    because:
      'the functions call AWS in every Region and listen to nobody: in a VPC each would need endpoints of a dozen services there, and a response would fail with any of them',
  },
  {
    rule: 'NIST.800.53.R5-LambdaConcurrency',
    because: 'a limit of its own is what a flood of findings would use up: the account’s is shared by all',
  },
  {
    rule: 'NIST.800.53.R5-LambdaDLQ',
    because:
      'they are invoked by a workflow, a caller or a queue, which hear of a failure themselves; queues and rules have dead letters of their own',
  },
  {
    rule: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    because:
      'CloudWatch encrypts every group. Logs of functions hold no evidence, and a key of ours would silence them all once it is out of reach, in the middle of an incident',
  },
  {
    rule: 'AwsSolutions-S1',
    because:
      'server access logs are delivered by best effort; reads and writes of the vault are told by CloudTrail’s data events, in a trail of our own (ADR 0022)',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketLoggingEnabled',
    because: 'as AwsSolutions-S1',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    because:
      'evidence stays in its Region and its account; what keeps it is Object Lock. Tools are put there again from their release',
  },
  {
    rule: 'AwsSolutions-S10',
    where: /^CordonEvidence(Home|Region)\/(Vault|Trail)/,
    because:
      'the policy denies it by `OnlyEncryptedTransport`, for the principal `{"AWS": "*"}`, in which the rule does not see everybody',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketSSLRequestsOnly',
    where: /^CordonEvidence(Home|Region)\/(Vault|Trail)/,
    because: 'as AwsSolutions-S10',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    where: /^CordonSecurityRegion\/(Tools|Landing)Bucket/,
    because:
      'tools are read, and parts of an image written, by a signed link from a host that has no right to any key: they are encrypted by S3’s own',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    where: /^CordonEvidenceHome\/Trail/,
    because:
      'the trail says who read, and holds no evidence; under a key of ours it would be lost with that key',
  },
  {
    rule: 'NIST.800.53.R5-CloudTrailEncryptionEnabled',
    because: 'as of its bucket: it holds no evidence, and would be lost with a key of ours',
  },
  {
    rule: 'NIST.800.53.R5-CloudTrailCloudWatchLogsEnabled',
    because:
      'EventBridge hands its events on; its files lie locked in a bucket that nobody but CloudTrail writes',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketVersioningEnabled',
    where: /^CordonSecurityRegion\/LandingBucket/,
    because:
      'parts of an image lie there for days at most, each under a key that is written once: a version that stays behind would be memory of a host past its time',
  },
  {
    rule: 'W9003',
    where: /^CordonEvidence(Home|Region)\/VaultBucket/,
    because:
      'CDK has the size of a lifecycle rule as a number; CloudFormation takes it for the text that it wants',
  },
  {
    rule: 'AwsSolutions-VPC7',
    where: /^CordonForensicsRegion\/Network/,
    because:
      'nothing leads out of the isolated VPC but endpoints whose policies and calls CloudTrail tells; a flow log of it is not built',
  },
  {
    rule: 'NIST.800.53.R5-VPCFlowLogsEnabled',
    where: /^CordonForensicsRegion\/Network/,
    because: 'as AwsSolutions-VPC7',
  },
  {
    rule: 'NIST.800.53.R5-VPCDefaultSecurityGroupClosed',
    where: /^CordonForensicsRegion\/Network/,
    because:
      'nothing is launched into it: the launch template names the machine’s group. CloudFormation cannot change a default group',
  },
  {
    rule: 'AwsSolutions-SQS3',
    because: 'these are dead letters themselves, or hold changes that the watch finds by the clock as well',
  },
  {
    rule: 'AwsSolutions-SF1',
    because:
      'errors alone are logged: the inputs of the states hold findings, and the whole history of an execution is kept by Step Functions for 90 days',
  },
  {
    rule: 'AwsSolutions-SF2',
    because: 'a trace would tell nothing that the journal of an incident does not; tracing is not built',
  },
  {
    rule: 'NIST.800.53.R5-SNSEncryptedKMS',
    because:
      'messages are short texts for people, neutralized; a key would have to admit every chat and mail integration, and a key that does not would silence the page',
  },
  {
    rule: 'NIST.800.53.R5-DynamoDBInBackupPlan',
    because: 'the tables have point-in-time recovery; evidence is not in them',
  },
  {
    rule: 'NIST.800.53.R5-CloudWatchAlarmAction',
    where: /^(CordonSecurityRegion\/UndeliveredAlarm|CordonEvidence(Home|Region)\/)/,
    because:
      'an alarm cannot publish to another Region’s topic: a rule takes its change of state to the home Region (docs/runbooks/findings-undelivered.md, evidence-alarmed.md)',
  },
  {
    rule: 'AwsSolutions-VPC7',
    where: /^CordonDecoy\/Vpc/,
    because: 'nothing leads out of the decoy’s VPC, and it is there for the hours of a live drill',
  },
  {
    rule: 'NIST.800.53.R5-VPCFlowLogsEnabled',
    where: /^CordonDecoy\/Vpc/,
    because: 'as AwsSolutions-VPC7',
  },
  {
    rule: 'NIST.800.53.R5-VPCDefaultSecurityGroupClosed',
    where: /^CordonDecoy\/Vpc/,
    because: 'the decoy is in a group of its own. CloudFormation cannot change a default group',
  },
  {
    rule: 'AwsSolutions-EC28',
    where: /^CordonDecoy\/Decoy/,
    because: 'nobody needs metrics of a decoy by the minute',
  },
  {
    rule: 'AwsSolutions-EC29',
    where: /^CordonDecoy\/Decoy/,
    because:
      'it is there to be removed. The response protects it, as it does any instance, and a release gives that back',
  },
  {
    rule: 'NIST.800.53.R5-EC2InstanceProfileAttached',
    where: /^CordonDecoy\/Decoy/,
    because: 'its launch template has the profile, which the rule does not read',
  },
  {
    rule: 'NIST.800.53.R5-EC2InstancesInVPC',
    where: /^CordonDecoy\/Decoy/,
    because: 'its launch template has the subnet, which the rule does not read',
  },
];
