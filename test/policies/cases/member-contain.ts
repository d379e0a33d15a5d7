import { TAGS } from '@cordon/incident';
import { INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import {
  ADDRESS,
  CLASSIC_BALANCER,
  TARGET_GROUP,
  AUTO_SCALING_GROUP,
  GROUP,
  INSTANCE,
  INTERFACE,
  memberEc2,
  neverOf,
  powerOf,
  readsOf,
  SNAPSHOT,
  VOLUME,
} from './duty-cases.ts';

const ISOLATION = { [`aws:ResourceTag/${TAGS.isolation}`]: 'true' };
const ASKED_ISOLATION = { [`aws:RequestTag/${TAGS.isolation}`]: 'true', 'aws:TagKeys': [TAGS.isolation] };
const MARK = { [`aws:RequestTag/${TAGS.incident}`]: INCIDENT, 'aws:TagKeys': [TAGS.incident] };
const OF_INCIDENT = { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT };
/** A group of the workload that lets everybody in: an attacker would have the instance put there. */
const WORKLOAD_GROUP = { 'aws:ResourceTag/team': 'shop' };

const inspectCases: readonly PowerCase[] = [
  ...readsOf('inspect', {
    'ec2:DescribeRegions': 'asks which Regions the account has, to look for an instance in each',
    'ec2:DescribeInstanceTypes': 'asks whether the machine can be crashed, and what a stop would lose',
    'ec2:DescribeSpotInstanceRequests': 'asks whether a Spot Instance can be stopped',
    'elasticloadbalancing:DescribeTargetGroups': 'shows a person which target groups there are',
    'elasticloadbalancing:DescribeTargetHealth': 'shows a person which of them has the instance',
    'elasticloadbalancing:DescribeLoadBalancers': 'shows a person which classic balancers have the instance',
    'elasticloadbalancing:DescribeInstanceHealth': 'shows a person who else serves behind them',
  }),
  ...neverOf('inspect', [
    { does: 'stops the instance that it looks at', action: 'ec2:StopInstances', on: INSTANCE },
    { does: "opens a group's rules", action: 'ec2:AuthorizeSecurityGroupIngress', on: GROUP },
    { does: 'reads the disk that it looks at', action: 'ebs:GetSnapshotBlock', on: SNAPSHOT },
  ]),
];

const networkCases: readonly PowerCase[] = powerOf('contain', [
  {
    does: 'is asked for the instance whose interface it isolates',
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    on: INSTANCE,
  },
  {
    does: 'puts an interface into its isolation group',
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    on: GROUP,
    given: ISOLATION,
    wrong: [
      {
        does: 'puts an interface into a group that does not isolate',
        given: WORKLOAD_GROUP,
      },
      {
        does: 'puts an interface into a group whose isolation tag says false',
        given: { [`aws:ResourceTag/${TAGS.isolation}`]: 'false' },
      },
    ],
  },
  {
    does: 'makes an isolation group, tagged as one',
    action: 'ec2:CreateSecurityGroup',
    on: memberEc2('security-group/*'),
    given: ASKED_ISOLATION,
    wrong: [{ does: 'makes a group that is not tagged as isolation group', given: {} }],
  },
  {
    does: 'tags its isolation group while it is being made',
    action: 'ec2:CreateTags',
    on: memberEc2('security-group/*'),
    given: { ...ASKED_ISOLATION, 'ec2:CreateAction': 'CreateSecurityGroup' },
    wrong: [
      {
        does: 'declares an open group of the workload an isolation group',
        on: GROUP,
        given: { ...WORKLOAD_GROUP, ...ASKED_ISOLATION },
      },
    ],
  },
  ...(
    [
      ['lets in', 'ec2:RevokeSecurityGroupIngress'],
      ['lets out', 'ec2:RevokeSecurityGroupEgress'],
    ] as const
  ).map(([rule, action]) => ({
    does: `takes away what an isolation group ${rule}`,
    action,
    on: GROUP,
    given: ISOLATION,
    wrong: [{ does: `takes away what a group of the workload ${rule}`, given: WORKLOAD_GROUP }],
  })),
]);

const instanceCases: readonly PowerCase[] = [
  ...readsOf('contain', {
    'ec2:DescribeInstances': 'looks whether the instance has stopped',
    'ec2:DescribeVolumes': 'looks whether a volume is detached',
    'autoscaling:DescribeAutoScalingGroups': 'looks whether the group will start a replacement',
    'elasticloadbalancing:DescribeTargetGroups': 'asks which target groups there are',
    'elasticloadbalancing:DescribeTargetHealth': 'looks for the instance among the targets of a group',
    'elasticloadbalancing:DescribeLoadBalancers': 'looks for the instance in classic balancers',
    'elasticloadbalancing:DescribeInstanceHealth': 'counts who else serves behind a classic balancer',
  }),
  ...powerOf('contain', [
    { does: 'stops the instance where the plan says so', action: 'ec2:StopInstances', on: INSTANCE },
    {
      does: 'crashes the instance for a dump of its memory',
      action: 'ec2:SendDiagnosticInterrupt',
      on: INSTANCE,
    },
    {
      does: 'takes the instance out of a target group',
      action: 'elasticloadbalancing:DeregisterTargets',
      on: TARGET_GROUP,
    },
    {
      does: 'takes the instance out of a classic balancer',
      action: 'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
      on: CLASSIC_BALANCER,
    },
    ...[INSTANCE, VOLUME].map((on) => ({
      does: `detaches a volume, asked about the ${on === INSTANCE ? 'instance' : 'volume'}`,
      action: 'ec2:DetachVolume',
      on,
      given: OF_INCIDENT,
      wrong: [
        {
          does: `takes a volume off, of whose ${on === INSTANCE ? 'instance' : 'volume'} no incident is known`,
          given: {},
        },
        {
          does: `takes a volume off, whose ${on === INSTANCE ? 'instance' : 'volume'} another incident holds`,
          given: { [`aws:ResourceTag/${TAGS.incident}`]: OTHER_INCIDENT },
        },
      ],
    })),
    ...(
      [
        [INSTANCE, 'instance'],
        [INTERFACE, 'interface'],
        [VOLUME, 'volume'],
      ] as const
    ).map(([on, what]) => {
      return {
        does: `marks the ${what} with its incident`,
        action: 'ec2:CreateTags',
        on,
        given: MARK,
        wrong: [
          {
            does: `marks the ${what} with another incident, so that the wrong release finds it`,
            given: { ...MARK, [`aws:RequestTag/${TAGS.incident}`]: OTHER_INCIDENT },
          },
          {
            does: `marks the ${what} with its incident, and gives it a tag that others trust along with that`,
            given: {
              ...MARK,
              'aws:RequestTag/access': 'production',
              'aws:TagKeys': ['access', TAGS.incident],
            },
          },
        ],
      };
    }),
  ]),
];

/** What an attacker would have an instance's next start do. */
const CODE_AND_SHAPE = {
  UserData: 'gives the instance a script to run at its next start',
  InstanceType: 'makes the instance another type',
  Kernel: 'gives the instance another kernel',
  Ramdisk: 'gives the instance another RAM disk',
  SourceDestCheck: "makes the instance forward others' packets",
  EnaSupport: "turns the instance's network driver off",
  SriovNetSupport: "changes the instance's network virtualization",
  GroupSet: "changes the instance's groups past its interfaces",
  Groups: "changes the instance's groups past its interfaces, by the attribute's other name",
} as const;

const metadataCases: readonly PowerCase[] = [
  {
    name: 'the contain duty turns the metadata service of the instance off',
    as: 'contain',
    action: 'ec2:ModifyInstanceMetadataOptions',
    on: INSTANCE,
    answer: 'allowed',
  },
  {
    name: 'the contain duty turns the metadata service on, so that the instance gets credentials',
    as: 'contain',
    action: 'ec2:ModifyInstanceMetadataOptions',
    on: INSTANCE,
    given: { 'ec2:Attribute/HttpEndpoint': 'enabled' },
    answer: { deniedBy: ['member/cordon-contain/NeverMetadataOn'] },
  },
];

const codeCases: readonly PowerCase[] = Object.entries(CODE_AND_SHAPE).map(([attribute, does]) => ({
  name: `the contain duty ${does}`,
  as: 'contain',
  action: 'ec2:ModifyInstanceAttribute',
  on: INSTANCE,
  given: { 'ec2:Attribute': attribute },
  answer: { deniedBy: ['member/cordon-contain/NeverItsCodeOrShape'] },
}));

const neverCases: readonly PowerCase[] = neverOf('contain', [
  { does: 'terminates the instance', action: 'ec2:TerminateInstances', on: INSTANCE },
  { does: 'starts the instance again', action: 'ec2:StartInstances', on: INSTANCE },
  {
    does: 'opens an isolation group',
    action: 'ec2:AuthorizeSecurityGroupIngress',
    on: GROUP,
    given: ISOLATION,
  },
  { does: 'deletes a volume that it holds', action: 'ec2:DeleteVolume', on: VOLUME, given: OF_INCIDENT },
  {
    does: 'attaches a volume to another instance',
    action: 'ec2:AttachVolume',
    on: VOLUME,
    given: OF_INCIDENT,
  },
  {
    does: 'registers a target of its own choice',
    action: 'elasticloadbalancing:RegisterTargets',
    on: TARGET_GROUP,
  },
  {
    does: 'launches a replacement',
    action: 'ec2:RunInstances',
    on: INSTANCE,
  },
  { does: "gives the instance's address back to AWS", action: 'ec2:ReleaseAddress', on: ADDRESS },
  {
    does: 'takes the mark of its incident off',
    action: 'ec2:DeleteTags',
    on: INSTANCE,
    given: { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT, 'aws:TagKeys': [TAGS.incident] },
  },
  {
    does: 'shrinks the Auto Scaling group',
    action: 'autoscaling:UpdateAutoScalingGroup',
    on: AUTO_SCALING_GROUP,
  },
]);

/** What looks at an instance and cuts it off may do, and what it may not. */
export const memberContainCases: readonly PowerCase[] = [
  ...inspectCases,
  ...networkCases,
  ...instanceCases,
  ...metadataCases,
  ...codeCases,
  ...neverCases,
];
