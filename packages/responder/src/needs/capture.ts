import {
  IAM_PATH,
  landingBucketName,
  LIVE_DOCUMENT_NAMES,
  MEMORY_DOCUMENT_NAMES,
  QUARANTINE_PROFILE_NAME,
  TAGS,
  toolsBucketName,
  type CordonConfig,
} from '@cordon/incident';
import { memberArn } from './contain.ts';
import { iamArn, passQuarantineRole } from './revoke.ts';
import { madeForIncident, ofIncident, SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const CAPTURE_READS = [
  'ec2:DescribeIamInstanceProfileAssociations',
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  // Whether a command whose reply was lost was sent.
  'ssm:ListCommands',
] as const;

/** Reads by which a host is asked; neither has a resource level. */
export const LIVE_READS = ['ssm:DescribeInstanceInformation', 'ssm:GetCommandInvocation'] as const;

/** Tags that a volume for a memory image is born with; by them alone it is told from every other. */
export const CAPTURE_VOLUME_TAGS = { [TAGS.hop]: 'capture', [TAGS.intermediate]: 'true' } as const;

/** The documents that capture memory, in a Region of a member. */
export const memoryDocumentArns = (partition: string, region: string, account: string): readonly string[] =>
  Object.values(MEMORY_DOCUMENT_NAMES).map(
    (name) => `arn:${partition}:ssm:${region}:${account}:document/${name}`,
  );

/** The documents by which a host says what it is doing, in a Region of a member. */
export const liveDocumentArns = (partition: string, region: string, account: string): readonly string[] =>
  Object.values(LIVE_DOCUMENT_NAMES).map(
    (name) => `arn:${partition}:ssm:${region}:${account}:document/${name}`,
  );

/** The documents that may be read and sent: those of memory, and where the deployment chose them those by which a host says what it is doing. */
const ownDocuments = (names: Names, memory: CordonConfig['evidence']['memory']): Statement => ({
  Sid: 'OwnDocuments',
  Effect: 'Allow',
  Action: ['ssm:GetDocument', 'ssm:SendCommand'],
  Resource: [
    ...memoryDocumentArns(names.partition, '*', names.account),
    ...(memory?.liveResponse === true ? liveDocumentArns(names.partition, '*', names.account) : []),
  ],
});

/**
 * The capture duty: ask the agent of an incident's instance to run our document, and bring a volume of ours to it and away again. It can send
 * no other document, to no instance without the incident's tag, and touches no volume that it did not make. It is made only where the deployment
 * captures memory (`evidence.memory`), by a template of its own.
 *
 * @param memory the deployment's choices; with `liveResponse` the duty may have the agent run two documents more
 */
export const captureStatements = (
  names: Names,
  memory: CordonConfig['evidence']['memory'],
): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const prefixed = (prefix: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(CAPTURE_VOLUME_TAGS).map(([key, value]) => [`${prefix}/${key}`, value]),
    );
  const born = { ...prefixed('aws:RequestTag'), ...madeForIncident };
  const ours = { ...prefixed('aws:ResourceTag'), ...ofIncident };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: CAPTURE_READS, Resource: '*' },
    ownDocuments(names, memory),
    {
      Sid: 'ToInstanceOfIncident',
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: arn('instance/*'),
      Condition: { StringEquals: { [`ssm:resourceTag/${TAGS.incident}`]: SESSION_INCIDENT } },
    },
    {
      Sid: 'MakeVolume',
      Effect: 'Allow',
      Action: 'ec2:CreateVolume',
      Resource: arn('volume/*'),
      Condition: { StringEquals: born, Bool: { 'ec2:Encrypted': 'true' } },
    },
    {
      Sid: 'TagAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: arn('volume/*'),
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateVolume', ...born } },
    },
    {
      Sid: 'BringAndTakeOwnVolume',
      Effect: 'Allow',
      Action: ['ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:DeleteVolume'],
      Resource: arn('volume/*'),
      Condition: { StringEquals: ours },
    },
    {
      Sid: 'AtInstanceOfIncident',
      Effect: 'Allow',
      Action: ['ec2:AttachVolume', 'ec2:DetachVolume'],
      Resource: arn('instance/*'),
      Condition: { StringEquals: ofIncident },
    },
    {
      Sid: 'AddQuarantineProfile',
      Effect: 'Allow',
      Action: 'ec2:AssociateIamInstanceProfile',
      Resource: arn('instance/*'),
      Condition: {
        StringEquals: ofIncident,
        ArnEquals: {
          'ec2:NewInstanceProfile': iamArn(names, `instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
        },
      },
    },
    passQuarantineRole(names),
  ];
};

/** Objects of the tools buckets: what the function of capture may read, so that it can sign a link to one of them. */
export const toolsArn = (names: Pick<Names, 'partition' | 'securityAccount'>): string =>
  `arn:${names.partition}:s3:::${toolsBucketName(names.securityAccount, '*')}/*`;

/** What an incident has in the landing buckets of all Regions. */
export const landingArn = (names: Pick<Names, 'partition' | 'securityAccount'>): string =>
  `arn:${names.partition}:s3:::${landingBucketName(names.securityAccount, '*')}/inc-*`;

/**
 * What the function of capture does in the landing buckets with its own role: sign links to keys that nobody has written yet, and to the list of
 * them, read the list of digests that a host sent, and take away what was carried into the vault. It reads no part of an image.
 */
export const landingStatements = (names: Names): readonly Statement[] =>
  names.landing === true
    ? [
        {
          Sid: 'LinkToLanding',
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: landingArn(names),
          Condition: { Null: { 's3:if-none-match': 'false' } },
        },
        {
          Sid: 'ReadLists',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: [`${landingArn(names)}/links-*`, `${landingArn(names)}/digests`],
        },
        { Sid: 'ClearLanding', Effect: 'Allow', Action: 's3:DeleteObject', Resource: landingArn(names) },
      ]
    : [];
