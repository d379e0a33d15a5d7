import {
  dutyRoleArn,
  dutyRoleName,
  functionName,
  RECORDER_FUNCTION_NAME,
  STEP_DUTY,
  TAGS,
  vaultBucketName,
  type StepName,
} from '@cordon/incident';
import type { Journal } from '@cordon/local-aws';
import {
  ACCOUNTS,
  COPIES,
  FREEZE,
  GROUP,
  INCIDENT,
  INTERFACES,
  ISOLATION_GROUP,
  MEMBER,
  REGION,
  SUSPECT,
  VOLUMES,
} from './places.ts';
import { writeCall, writeEvent, type Entry } from './journal-book.ts';

/** A step's function with its own role. */
export const asFunction = (step: StepName): string =>
  `${ACCOUNTS.security}/${functionName(step)}/${functionName(step)}`;

/** A step's duty, in the incident's name. */
export const asDuty = (step: StepName, account: string = MEMBER): string =>
  `${account}/${dutyRoleName(STEP_DUTY[step] ?? 'inspect')}/${INCIDENT}`;

/** The recorder. */
const AS_RECORDER = `${ACCOUNTS.evidence}/${RECORDER_FUNCTION_NAME}/${RECORDER_FUNCTION_NAME}`;

/** A session policy as a step passes it: reads, and changes of what one account holds. */
const narrowPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ec2:DescribeInstances'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ec2:StopInstances'],
        Resource: [`arn:aws:ec2:eu-central-1:${account}:instance/${SUSPECT}`],
      },
    ],
  });

const assume = (at: number, step: StepName, account: string = MEMBER): Entry => {
  const duty = STEP_DUTY[step] ?? 'inspect';
  return {
    at,
    by: asFunction(step),
    does: 'sts AssumeRole',
    input: {
      RoleArn: dutyRoleArn('aws', account, duty),
      RoleSessionName: INCIDENT,
      SourceIdentity: INCIDENT,
      Policy: narrowPolicy(account),
    },
    output: {
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/${dutyRoleName(duty)}/${INCIDENT}` },
    },
  };
};

const intermediate = (more: Readonly<Record<string, string>> = {}) => [
  {
    ResourceType: 'snapshot',
    Tags: Object.entries({ [TAGS.incident]: INCIDENT, [TAGS.intermediate]: 'true', ...more }).map(
      ([Key, Value]) => ({ Key, Value }),
    ),
  },
];

const CONTAINING: readonly Entry[] = [
  { at: 100, by: asFunction('intake'), does: 'guardduty GetFindings' },
  { at: 200, by: asFunction('intake'), does: 'dynamodb TransactWriteItems' },
  { at: 300, by: asFunction('intake'), does: 'states StartExecution' },
  {
    at: 300,
    by: asFunction('intake'),
    does: 'sns Publish',
    input: { Subject: 'Cordon incident opened', Message: '{"kind":"incident-opened"}' },
  },
  assume(500, 'inspect'),
  { at: 600, by: asDuty('inspect'), does: 'ec2 DescribeInstances' },
  assume(800, 'isolate-network'),
  assume(800, 'revoke-credentials'),
  ...INTERFACES.map((NetworkInterfaceId): Entry => ({
    at: 900,
    by: asDuty('isolate-network'),
    does: 'ec2 ModifyNetworkInterfaceAttribute',
    input: { NetworkInterfaceId, Groups: [ISOLATION_GROUP] },
  })),
  {
    at: 900,
    by: asDuty('revoke-credentials'),
    does: 'ec2 ReplaceIamInstanceProfileAssociation',
    input: { IamInstanceProfile: { Name: 'cordon-quarantine' } },
  },
  { at: 1000, by: asDuty('revoke-credentials'), does: 'iam TagRole' },
  {
    at: 1100,
    by: asDuty('revoke-credentials'),
    does: 'iam AttachRolePolicy',
    input: { PolicyArn: `arn:aws:iam::${MEMBER}:policy/cordon/cordon-deny-contained-sessions` },
  },
  assume(1300, 'verify-containment'),
  {
    at: 1400,
    by: asDuty('verify-containment'),
    does: 'ec2 DescribeNetworkInterfaces',
    output: { NetworkInterfaces: INTERFACES.map((NetworkInterfaceId) => ({ NetworkInterfaceId })) },
  },
  { at: 1500, by: asDuty('verify-containment'), does: 'ec2 DescribeSecurityGroups' },
  { at: 1500, by: asDuty('verify-containment'), does: 'iam ListAttachedRolePolicies' },
  { at: 1700, by: asFunction('verify-containment'), does: 'events PutEvents' },
];

const SECURING: readonly Entry[] = [
  assume(800, 'protect'),
  {
    at: 950,
    by: asDuty('protect'),
    does: 'autoscaling DetachInstances',
    input: { InstanceIds: [SUSPECT], AutoScalingGroupName: GROUP, ShouldDecrementDesiredCapacity: false },
  },
  assume(800, 'freeze'),
  {
    at: 950,
    by: asDuty('freeze'),
    does: 'ec2 CreateSnapshots',
    input: { TagSpecifications: intermediate() },
    output: {
      Snapshots: VOLUMES.map(({ volumeId }, index) => ({ VolumeId: volumeId, SnapshotId: FREEZE[index] })),
    },
  },
  assume(4_000, 'take-custody', ACCOUNTS.evidence),
  {
    at: 4_100,
    by: asDuty('take-custody', ACCOUNTS.evidence),
    does: 'kms DescribeKey',
    failed: 'AccessDeniedException',
  },
  ...COPIES.flatMap((SnapshotId, index): readonly Entry[] => [
    {
      at: 5_000,
      by: asDuty('take-custody', ACCOUNTS.evidence),
      does: 'ec2 CopySnapshot',
      input: {
        TagSpecifications: [
          { ResourceType: 'snapshot', Tags: [{ Key: TAGS.sourceVolume, Value: VOLUMES[index]?.volumeId }] },
        ],
      },
      output: { SnapshotId },
    },
    {
      at: 5_100,
      by: asDuty('take-custody', ACCOUNTS.evidence),
      does: 'ec2 LockSnapshot',
      input: { SnapshotId },
    },
  ]),
  {
    at: 10_000,
    by: AS_RECORDER,
    does: 's3 PutObject',
    input: { Bucket: vaultBucketName(ACCOUNTS.evidence), Key: `incidents/${INCIDENT}/custody/000001.json` },
  },
  assume(12_000, 'hand-over'),
  ...FREEZE.map((SnapshotId): Entry => ({
    at: 12_100,
    by: asDuty('hand-over'),
    does: 'ec2 DeleteSnapshot',
    input: { SnapshotId },
  })),
];

/** Writes the journal of a run in which everything went as it should, region `REGION`. */
export const writeGoodJournal = (journal: Journal): void => {
  for (const entry of [...CONTAINING, ...SECURING].toSorted((a, b) => a.at - b.at)) writeCall(journal, entry);
  writeEvent(journal, 450, { kind: 'incident-opened', reasons: [`severity 8 in ${REGION}`] });
  writeEvent(journal, 1_750, {
    kind: 'contained',
    reasons: [
      'connections that exist through a NAT gateway live on while they are active',
      'the resolver of the VPC answers for names other than the 1 zone(s) that its DNS Firewall blocks',
    ],
  });
  for (const { volumeId } of VOLUMES)
    writeEvent(journal, 10_500, { kind: 'evidence-secured', subject: volumeId });
  writeEvent(journal, 20_500, {
    kind: 'incident-sealed',
    reasons: ['contained, and every volume in custody'],
  });
};
