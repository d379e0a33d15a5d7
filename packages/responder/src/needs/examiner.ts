import { FORENSIC_MACHINE_ROLE_NAME, IAM_PATH, TAGS } from '@cordon/incident';
import { ebsKeyStatements } from './acquire.ts';
import { memberArn } from './contain.ts';
import type { Names, Statement } from './statement.ts';

/** Reads that have no resource level. */
export const EXAMINER_READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ec2:DescribeSubnets',
  'ec2:DescribeLaunchTemplates',
] as const;

/** Working volumes from evidence copies, each with the incident tag from its birth. */
const volumeStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const ofIncident = { Null: { [`aws:RequestTag/${TAGS.incident}`]: 'false' } };
  return [
    {
      Sid: 'VolumeFromEvidence',
      Effect: 'Allow',
      Action: 'ec2:CreateVolume',
      Resource: `arn:${names.partition}:ec2:*::snapshot/*`,
    },
    {
      Sid: 'MakeTaggedVolume',
      Effect: 'Allow',
      Action: 'ec2:CreateVolume',
      Resource: arn('volume/*'),
      Condition: ofIncident,
    },
    {
      Sid: 'TagAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: { StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateVolume'] } },
    },
    {
      Sid: 'AttachOwn',
      Effect: 'Allow',
      Action: 'ec2:AttachVolume',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: { Null: { [`aws:ResourceTag/${TAGS.incident}`]: 'false' } },
    },
    ...ebsKeyStatements('Keys', [
      memberArn(names, 'kms', 'key/*'),
      `arn:${names.partition}:kms:*:${names.evidenceAccount}:key/*`,
    ]),
  ];
};

/** The examiner duty in the forensics account: start the forensic machine from our template, attach copies of evidence. */
export const examinerStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const ofIncident = { Null: { [`aws:RequestTag/${TAGS.incident}`]: 'false' } };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: EXAMINER_READS, Resource: '*' },
    // The launch template names a public parameter in place of an image, which whoever launches must be able to read:
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
    {
      Sid: 'ResolveImage',
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: `arn:${names.partition}:ssm:*::parameter/aws/service/*`,
    },
    {
      Sid: 'LaunchFromTemplate',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: [
        arn('launch-template/*'),
        arn('subnet/*'),
        arn('security-group/*'),
        arn('network-interface/*'),
        arn('volume/*'),
        `arn:${names.partition}:ec2:*::image/*`,
        `arn:${names.partition}:ec2:*::snapshot/*`,
      ],
    },
    {
      Sid: 'LaunchTaggedMachine',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: arn('instance/*'),
      Condition: ofIncident,
    },
    {
      Sid: 'PassMachineRole',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: `arn:${names.partition}:iam::${names.account}:role${IAM_PATH}${FORENSIC_MACHINE_ROLE_NAME}`,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    ...volumeStatements(names),
  ];
};
