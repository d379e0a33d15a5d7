import { TAGS, type Containment } from '@cordon/incident';
import { EBS_KEY_USE, ebsKeyStatements } from './acquire.ts';
import { memberArn } from './contain.ts';
import { iamArn, neverOnProtectedRoles } from './revoke.ts';
import { SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/** Reads that have no resource level. */
export const REPLACE_READS = [
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSpotInstanceRequests',
] as const;

/** What EBS does with a key for who launches onto an encrypted disk. */
export const LAUNCH_KEY_USE = [...EBS_KEY_USE, 'kms:CreateGrant'] as const;

/** Holds for what is made in place of the session's own incident's instance. */
const madeInPlace = { [`aws:RequestTag/${TAGS.replaces}`]: SESSION_INCIDENT } as const;

/** Marks of ours that a replacement never carries: they would have it held for contained, or have the policy read of it. */
const OTHER_MARKS = Object.values(TAGS).filter((tag) => tag !== TAGS.replaces);

/** To launch one machine from an image of a trusted owner, marked from birth, whose credentials are had by IMDSv2 alone. */
const launchStatements = (names: Names, imageOwners: readonly string[]): readonly Statement[] => {
  const arn = (rest: string): string => memberArn(names, 'ec2', rest);
  const made = [arn('volume/*'), arn('network-interface/*')];
  return [
    {
      Sid: 'LaunchTrustedImage',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: `arn:${names.partition}:ec2:*::image/*`,
      Condition: { StringEquals: { 'ec2:Owner': [names.account, ...imageOwners] } },
    },
    {
      Sid: 'LaunchMarked',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: arn('instance/*'),
      Condition: { StringEquals: { ...madeInPlace, 'ec2:MetadataHttpTokens': 'required' } },
    },
    {
      Sid: 'MakeMarked',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: made,
      Condition: { StringEquals: madeInPlace },
    },
    {
      Sid: 'LaunchWhereItWas',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: [
        arn('security-group/*'),
        arn('launch-template/*'),
        // A shared subnet is its owner's, also in its ARN: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
        `arn:${names.partition}:ec2:*:*:subnet/*`,
        `arn:${names.partition}:ec2:*::snapshot/*`,
      ],
    },
    // Ours names none: a key pair that follows from the template lets in whom it let in before.
    {
      Sid: 'LaunchWithTemplatesKeyPair',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: arn('key-pair/*'),
      Condition: { Bool: { 'ec2:IsLaunchTemplateResource': 'true' } },
    },
    {
      Sid: 'MarkAtBirth',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: [arn('instance/*'), ...made],
      Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances', ...madeInPlace } },
    },
    {
      Sid: 'NeverOtherMarks',
      Effect: 'Deny',
      Action: 'ec2:CreateTags',
      Resource: '*',
      Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': OTHER_MARKS } },
    },
  ];
};

/** To give it one of the roles that the deployment names, and none that is ours, AWS's or people's. */
const passStatements = (names: Names, passRoles: readonly string[]): readonly Statement[] =>
  passRoles.length === 0
    ? []
    : [
        {
          Sid: 'PassNamedRoles',
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: passRoles.map((role) => iamArn(names, `role/${role}`)),
          Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        },
        neverOnProtectedRoles(names, 'iam:PassRole'),
        // To see which role a profile holds, before it is passed.
        {
          Sid: 'ReadProfile',
          Effect: 'Allow',
          Action: 'iam:GetInstanceProfile',
          Resource: iamArn(names, 'instance-profile/*'),
        },
      ];

/**
 * The replace duty: launch another instance in place of one that is contained, and have its load balancers send to it. A role of its own,
 * so that no role that isolates, releases or reads may run code or pass a role; it changes and ends nothing that exists. It is made only
 * where the deployment wants it (`containment.replacement`); none otherwise.
 */
export const replaceStatements = (names: Names, { replacement }: Containment): readonly Statement[] => {
  if (replacement === undefined) return [];
  return [
    { Sid: 'Read', Effect: 'Allow', Action: REPLACE_READS, Resource: '*' },
    // One action for all attributes: user data, which may hold secrets, goes into the launch and nowhere else.
    {
      Sid: 'ReadUserData',
      Effect: 'Allow',
      Action: 'ec2:DescribeInstanceAttribute',
      Resource: memberArn(names, 'ec2', 'instance/*'),
    },
    ...launchStatements(names, replacement.imageOwners),
    ...passStatements(names, replacement.passRoles),
    ...ebsKeyStatements('Keys', memberArn(names, 'kms', 'key/*')),
    // No condition key sees a target: the session names the target groups and balancers.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_elasticloadbalancing.html
    {
      Sid: 'BehindItsBalancers',
      Effect: 'Allow',
      Action: [
        'elasticloadbalancing:RegisterTargets',
        'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
      ],
      Resource: [
        memberArn(names, 'elasticloadbalancing', 'targetgroup/*'),
        memberArn(names, 'elasticloadbalancing', 'loadbalancer/*'),
      ],
    },
  ];
};
