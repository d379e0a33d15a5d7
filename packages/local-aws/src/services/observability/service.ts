import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, Service } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import { nameTaken } from '../name-taken.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { createDashboard } from './dashboard.ts';
import { observabilityResourceImports } from './resource-imports.ts';
import { observabilityResourceRemoval } from './resource-removal.ts';
import { observabilityState } from './state.ts';

type ResourceType = (resource: ResolvedResource, deployment: Deployment) => Created;

const ALARM_PROPERTIES = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
];

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period) */
const isPeriod = (seconds: number): boolean =>
  [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

const refuseMetric = (properties: ResourceProperties): void => {
  const math = properties.eachWithin('Metrics', [
    'AccountId',
    'Expression',
    'Id',
    'Label',
    'MetricStat',
    'Period',
    'ReturnData',
  ]);
  if (math.length > 0) {
    const single = ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Period', 'Dimensions'].find(
      (name) => properties.kept(name) !== undefined,
    );
    if (single !== undefined) throw properties.refuse(single, 'nothing beside Metrics');
    for (const query of math) query.requiredText('Id');
    return;
  }
  properties.requiredText('MetricName');
  properties.requiredText('Namespace');
  const statistic = properties.oneOf('Statistic', STATISTICS);
  if ((statistic === undefined) === (properties.text('ExtendedStatistic') === undefined))
    throw properties.refuse('Statistic', 'either Statistic or ExtendedStatistic');
  if (!isPeriod(properties.number('Period') ?? 0))
    throw properties.refuse('Period', '10, 20, 30 or a multiple of 60 seconds');
  for (const dimension of properties.eachWithin('Dimensions', ['Name', 'Value'])) {
    dimension.requiredText('Name');
    dimension.requiredText('Value');
  }
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
const createAlarm: ResourceType = (resource, { world, account, region, ids }) => {
  const properties = new ResourceProperties(resource, ALARM_PROPERTIES);
  const { alarms } = world.of(observabilityState, account, region);
  const name =
    properties.text('AlarmName') ?? `${resource.stackName}-${resource.logicalId}-${ids.base32('alarm', 12)}`;
  if (alarms.has(name))
    throw properties.refuse(
      'AlarmName',
      `a name that no alarm of ${account} in ${region} has: ${name} exists`,
    );
  if (properties.oneOf('ComparisonOperator', COMPARISONS) === undefined)
    throw properties.refuse('ComparisonOperator', `one of ${COMPARISONS.join(', ')}`);
  const periods = properties.number('EvaluationPeriods') ?? 0;
  if (periods < 1) throw properties.refuse('EvaluationPeriods', 'at least 1');
  if ((properties.number('DatapointsToAlarm') ?? 1) > periods)
    throw properties.refuse('DatapointsToAlarm', `at most EvaluationPeriods, ${periods}`);
  if (properties.number('Threshold') === undefined) throw properties.refuse('Threshold', 'a number');
  properties.oneOf('TreatMissingData', MISSING_DATA);
  refuseMetric(properties);
  const arn = `arn:${world.facts.partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  alarms.set(name, {
    name,
    arn,
    alarmActions: properties.texts('AlarmActions'),
    actionsEnabled: properties.flag('ActionsEnabled') ?? true,
    properties: resource.properties,
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** What CloudWatch Logs does with a key, for one log group. The encryption context is the log group. */
const USES_KEY = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey'];

/**
 * The key's policy must admit CloudWatch Logs of the Region, for this log group; else the association is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
const checkKey = (
  { world, host, region }: Deployment,
  { keyArn, groupArn }: { readonly keyArn: string; readonly groupArn: string },
): void => {
  const caller = serviceCaller(world, `logs.${region}.amazonaws.com`, groupArn);
  const refused = USES_KEY.find(
    (action) =>
      host.decideFor(caller, region, {
        action: `kms:${action}`,
        resource: keyArn,
        account: keyArn.split(':')[4] ?? '',
        context: {
          'kms:EncryptionContextKeys': ['aws:logs:arn'],
          'kms:EncryptionContext:aws:logs:arn': groupArn,
        },
      }).verdict !== 'allow',
  );
  if (refused !== undefined)
    throw new ServiceFault(
      'InvalidParameterException',
      `The specified KMS key does not exist or is not allowed to be used with LogGroup '${groupArn}' (kms:${refused})`,
    );
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
const createLogGroup: ResourceType = (resource, deployment) => {
  const { world, account, region, ids } = deployment;
  const properties = new ResourceProperties(resource, [
    'LogGroupName',
    'RetentionInDays',
    'KmsKeyId',
    'LogGroupClass',
    'DeletionProtectionEnabled',
    'Tags',
  ]);
  const { logGroups } = world.of(observabilityState, account, region);
  const name =
    properties.text('LogGroupName') ??
    `${resource.stackName}-${resource.logicalId}-${ids.base32('log-group', 12)}`;
  if (logGroups.has(name)) throw nameTaken(resource, 'LogGroupName');
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
    throw properties.refuse('LogGroupName', 'letters, digits and . - _ / #');
  const retentionDays = properties.number('RetentionInDays');
  if (retentionDays !== undefined && !RETENTION_DAYS.includes(retentionDays))
    throw properties.refuse('RetentionInDays', `one of ${RETENTION_DAYS.join(', ')}`);
  properties.oneOf('LogGroupClass', ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY']);
  properties.flag('DeletionProtectionEnabled');
  properties.tags();
  const kmsKeyId = properties.text('KmsKeyId');
  const arn = `arn:${world.facts.partition}:logs:${region}:${account}:log-group:${name}`;
  if (kmsKeyId !== undefined) checkKey(deployment, { keyArn: kmsKeyId, groupArn: arn });
  logGroups.set(name, {
    name,
    arn,
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  });
  // The attribute ends in `:*`, as the page says.
  return { ref: name, attributes: { Arn: `${arn}:*` } };
};

/** CloudWatch alarms, dashboards and log groups, as resources of templates alone: no operation is implemented. */
export const observabilityService: Service = {
  name: 'monitoring',
  operations: {},
  resourceTypes: {
    'AWS::CloudWatch::Alarm': createAlarm,
    'AWS::CloudWatch::Dashboard': createDashboard,
    'AWS::Logs::LogGroup': createLogGroup,
  },
  resourceRemoval: observabilityResourceRemoval,
  resourceImports: observabilityResourceImports,
};
