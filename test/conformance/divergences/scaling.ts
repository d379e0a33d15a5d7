import { at, differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const SCALING = 'https://docs.aws.amazon.com/autoscaling/ec2/APIReference/';

const GROUP = [
  'autoscaling: describes a group',
  'autoscaling: describes a group with a member on standby',
  'autoscaling: describes a group whose member is back',
  'autoscaling: describes a group that lost a member',
  'autoscaling: describes a group with an attached member',
  'autoscaling: describes a group whose sizes were changed',
  'autoscaling: describes a group that replaced a member',
];

const MEMBER = [
  'autoscaling: describes an instance of a group',
  'autoscaling: describes a member that is protected',
  'autoscaling: describes a member on standby',
  'autoscaling: describes a member that is back in service',
  'autoscaling: describes an instance that was attached',
];

const ACTIVITY = [
  'autoscaling: puts a member on standby, one less',
  'autoscaling: puts a member back into service',
  'autoscaling: detaches a member, one less',
  'autoscaling: detaches a member that is replaced',
];

const shapes: readonly Divergence[] = [
  localLacks(
    [
      at(GROUP, {
        'AutoScalingGroups[].CapacityRebalance': false,
        'AutoScalingGroups[].NewInstancesProtectedFromScaleIn': false,
        'AutoScalingGroups[].ServiceLinkedRoleARN':
          'arn:aws:iam::<member>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
        'AutoScalingGroups[].TerminationPolicies': ['Default'],
      }),
    ],
    {
      page: `${SCALING}API_AutoScalingGroup.html`,
      because:
        'how a group scales in and rebalances, and by which role, is left out here: nothing of the product reads it',
    },
  ),
  localLacks(
    [
      at(GROUP, {
        'AutoScalingGroups[].Instances[].LaunchTemplate': {
          LaunchTemplateId: '<launch template>',
          LaunchTemplateName: 'conformance-template',
          Version: '1',
        },
      }),
      at(MEMBER, {
        'AutoScalingInstances[].LaunchTemplate': {
          LaunchTemplateId: '<launch template>',
          LaunchTemplateName: 'conformance-template',
          Version: '1',
        },
      }),
    ],
    {
      page: `${SCALING}API_Instance.html`,
      because: 'the launch template of each member is left out here: the product reads that of the group',
    },
  ),
  differ([at(GROUP, { 'AutoScalingGroups[].HealthCheckGracePeriod': { local: 0, moto: 300 } })], {
    right: 'local-aws',
    page: `${SCALING}API_CreateAutoScalingGroup.html`,
    because: 'the default is 0 seconds',
  }),
  differ([at(MEMBER, { 'AutoScalingInstances[].HealthStatus': { local: 'HEALTHY', moto: 'Healthy' } })], {
    right: 'local-aws',
    page: `${SCALING}API_DescribeAutoScalingInstances.html`,
    because: 'this operation writes the health in capitals in its example',
  }),
];

const activities: readonly Divergence[] = [
  motoLacks(
    [
      at(ACTIVITY, {
        'Activities[].AutoScalingGroupARN':
          'arn:aws:autoscaling:eu-west-1:<member>:autoScalingGroup:<uuid>:autoScalingGroupName/conformance-group',
      }),
    ],
    { page: `${SCALING}API_Activity.html`, because: 'an activity names the ARN of its group' },
  ),
  differ([at(ACTIVITY, { 'Activities[].EndTime': { moto: '<time>' } })], {
    right: 'local-aws',
    page: `${SCALING}API_Activity.html`,
    because: 'an activity that is in progress has not ended',
  }),
  differ(
    [
      at(['autoscaling: puts a member on standby, one less'], {
        'Activities[].Cause': {
          local:
            'At <time> instance <suspect> was moved to standby in response to a user request, shrinking the capacity from 2 to 1.',
          moto: 'At <time>, instance <suspect> was moved to standby in response to a user request, shrinking the capacity from 2 to 1.',
        },
        'Activities[].Description': {
          local: 'Moving EC2 instance to Standby: <suspect>',
          moto: 'Moving EC2 instance to StandBy: <suspect>',
        },
      }),
      at(['autoscaling: puts a member back into service'], {
        'Activities[].Cause': {
          local:
            'At <time> instance <suspect> was moved out of standby in response to a user request, increasing the capacity from 1 to 2.',
          moto: 'At <time>, instance <suspect> was moved out of standby in response to a user request, increasing the capacity from 1 to 2.',
        },
        'Activities[].Description': {
          local: 'Moving EC2 instance out of Standby: <suspect>',
          moto: 'Moving EC2 instance out of StandBy: <suspect>',
        },
      }),
      at(['autoscaling: detaches a member, one less'], {
        'Activities[].Cause': {
          local:
            'At <time> instance <suspect> was detached in response to a user request, shrinking the capacity from 2 to 1.',
          moto: 'At <time>, instance <suspect> was detached in response to a user request.',
        },
      }),
      at(['autoscaling: detaches a member that is replaced'], {
        'Activities[].Cause': {
          local: 'At <time> instance <suspect> was detached in response to a user request.',
          moto: 'At <time>, instance <suspect> was detached in response to a user request.',
        },
      }),
    ],
    {
      right: 'neither-documented',
      page: `${SCALING}API_Activity.html`,
      because: 'AWS promises no words for causes and descriptions; nothing of the product reads them',
    },
  ),
];

const refusals: readonly Divergence[] = [
  motoTakes(
    [
      'autoscaling: refuses to protect an instance of no group',
      'autoscaling: refuses to put an instance of no group on standby',
      'autoscaling: refuses to detach an instance of no group',
      'autoscaling: refuses to put a member back that is in service',
      'autoscaling: refuses to detach below the minimum',
      'autoscaling: refuses a minimum above the maximum',
      'autoscaling: refuses a capacity above the maximum',
    ],
    'ValidationError',
    {
      page: `${SCALING}CommonErrors.html`,
      because:
        'what names no member of the group, or breaks its sizes, does not satisfy the constraints; moto answers',
    },
  ),
  differ(
    [
      at(['autoscaling: refuses to detach from a group that is not there'], {
        'refused.code': { local: 'ValidationError', moto: 'Error' },
        status: { local: 400, moto: 500 },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SCALING}CommonErrors.html`,
      because: 'a group that is not there is a ValidationError (400); moto ends in an error of its own (500)',
    },
  ),
  differ(
    [
      at(
        [
          'autoscaling: refuses to attach an instance above the maximum',
          'autoscaling: refuses to attach an instance that is not there',
        ],
        {
          'refused.code': { local: 'ValidationError', moto: 'ResourceContentionFault' },
          status: { local: 400, moto: 500 },
        },
      ),
    ],
    {
      right: 'local-aws',
      page: `${SCALING}API_AttachInstances.html`,
      because:
        'by the page a ResourceContention (500) is for an update that is pending, and an instance that cannot be attached is for the common ValidationError (400)',
    },
  ),
];

/** Auto Scaling. */
export const scalingDivergences: readonly Divergence[] = [...shapes, ...activities, ...refusals];
