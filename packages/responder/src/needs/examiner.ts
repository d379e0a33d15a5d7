import { FORENSIC_MACHINE_ROLE_NAME, IAM_PATH } from '@cordon/incident';
import { ebsKeyStatements } from './acquire.ts';
import { memberArn, sourceSnapshots } from './contain.ts';
import { madeForIncident, ofIncident, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
export const EXAMINER_READS = ['ec2:DescribeInstances', 'ec2:DescribeVolumes'] as const;

/** Working volumes from evidence copies, each with the incident tag from its birth. */
const volumeStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  return [
    {
      Sid: 'VolumeFromEvidence',
      Effect: 'Allow',
      Action: 'ec2:CreateVolume',
      Resource: sourceSnapshots(names.partition),
      Condition: { StringEquals: { 'ec2:Owner': names.evidenceAccount } },
    },
    {
      Sid: 'MakeTaggedVolume',
      Effect: 'Allow',
      Action: 'ec2:CreateVolume',
      Resource: arn('volume/*'),
      Condition: { StringEquals: madeForIncident },
    },
    {
      Sid: 'TagAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: {
        StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateVolume'], ...madeForIncident },
      },
    },
    {
      Sid: 'AttachOwn',
      Effect: 'Allow',
      Action: 'ec2:AttachVolume',
      Resource: [arn('instance/*'), arn('volume/*')],
      Condition: { StringEquals: ofIncident },
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
      // A root volume that follows from the image comes from no template; a volume opens no way out.
      Resource: [arn('launch-template/*'), arn('volume/*')],
    },
    // Network and image as the template has them: one named in the request, in a network with a way out, is refused.
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/use-launch-templates-to-control-launching-instances.html
    {
      Sid: 'LaunchAsTemplateSays',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: [
        arn('subnet/*'),
        arn('security-group/*'),
        arn('network-interface/*'),
        `arn:${names.partition}:ec2:*::image/*`,
      ],
      Condition: { Bool: { 'ec2:IsLaunchTemplateResource': 'true' } },
    },
    {
      Sid: 'LaunchTaggedMachine',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: arn('instance/*'),
      Condition: { StringEquals: madeForIncident },
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
