import {
  FORENSIC_IMAGE_PARAMETER,
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  TAGS,
  TRIAGE_DOCUMENT_NAME,
} from '@cordon/incident';
import { ebsKeyStatements, handOverStatements } from './acquire.ts';
import { memberArn, sourceSnapshots } from './contain.ts';
import { madeForIncident, ofIncident, SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
export const EXAMINER_READS = ['ec2:DescribeInstances', 'ec2:DescribeVolumes'] as const;

/** Reads that carrying results out takes besides. */
export const RESULTS_READS = ['ec2:DescribeVolumes', 'ec2:DescribeSnapshots'] as const;

/** Reads of Run Command that have no resource level. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const TRIAGE_READS = ['ssm:DescribeInstanceInformation', 'ssm:GetCommandInvocation'] as const;

/** The document that examines disks, in a Region of the forensics account. */
export const triageDocumentArn = (partition: string, region: string, account: string): string =>
  `arn:${partition}:ssm:${region}:${account}:document/${TRIAGE_DOCUMENT_NAME}`;

/** Have the machine of the incident examine its disks: by this document alone, and no other machine. */
const triageStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'TriageDocument',
    Effect: 'Allow',
    Action: ['ssm:GetDocument', 'ssm:SendCommand'],
    Resource: triageDocumentArn(names.partition, '*', names.account),
  },
  {
    Sid: 'ToMachineOfIncident',
    Effect: 'Allow',
    Action: 'ssm:SendCommand',
    Resource: memberArn(names, 'ec2', 'instance/*'),
    Condition: { StringEquals: { [`ssm:resourceTag/${TAGS.incident}`]: SESSION_INCIDENT } },
  },
];

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

/**
 * What an examination put out, into the evidence account: the volume of results alone is taken from the machine and snapshotted, the snapshot marked at its
 * birth as one that may be shared with that account alone, and deleted. No evidence, and nothing that was made from it, is ever shared.
 */
const resultsStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  // Snapshot ARNs carry no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  const snapshots = `arn:${names.partition}:ec2:*::snapshot/*`;
  const ofResults = { [`aws:ResourceTag/${TAGS.hop}`]: 'results', ...ofIncident };
  const born = {
    [`aws:RequestTag/${TAGS.hop}`]: 'results',
    [`aws:RequestTag/${TAGS.intermediate}`]: 'true',
    ...madeForIncident,
  };
  return [
    {
      Sid: 'DetachResults',
      Effect: 'Allow',
      Action: ['ec2:DetachVolume', 'ec2:CreateSnapshot'],
      Resource: arn('volume/*'),
      Condition: { StringEquals: ofResults },
    },
    {
      Sid: 'DetachFromMachine',
      Effect: 'Allow',
      Action: 'ec2:DetachVolume',
      Resource: arn('instance/*'),
      Condition: { StringEquals: ofIncident },
    },
    {
      Sid: 'SnapshotResults',
      Effect: 'Allow',
      Action: 'ec2:CreateSnapshot',
      Resource: snapshots,
      Condition: { StringEquals: born },
    },
    {
      Sid: 'TagResultsAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: snapshots,
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshot', ...born } },
    },
    ...handOverStatements(names, { [`aws:ResourceTag/${TAGS.hop}`]: 'results' }),
  ];
};

/** The end of the incident's machine, and of what was made for it; originals of evidence lie in another account. */
const endStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'EndMachine',
    Effect: 'Allow',
    Action: 'ec2:TerminateInstances',
    Resource: memberArn(names, 'ec2', 'instance/*'),
    Condition: { StringEquals: ofIncident },
  },
  {
    Sid: 'EndVolumes',
    Effect: 'Allow',
    Action: 'ec2:DeleteVolume',
    Resource: memberArn(names, 'ec2', 'volume/*'),
    Condition: { StringEquals: ofIncident },
  },
];

/** The examiner duty in the forensics account: start the forensic machine from our template, attach copies of evidence, have them examined, carry results out, end the machine. */
export const examinerStatements = (names: Names): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  return [
    {
      Sid: 'Read',
      Effect: 'Allow',
      Action: [...EXAMINER_READS, 'ec2:DescribeSnapshots', ...TRIAGE_READS],
      Resource: '*',
    },
    // The launch template names a parameter in place of an image, which whoever launches must be able to read:
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
    {
      Sid: 'ResolveImage',
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: [
        `arn:${names.partition}:ssm:*::parameter/aws/service/*`,
        `arn:${names.partition}:ssm:*:${names.account}:parameter${FORENSIC_IMAGE_PARAMETER}`,
      ],
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
    ...triageStatements(names),
    ...resultsStatements(names),
    ...endStatements(names),
  ];
};
