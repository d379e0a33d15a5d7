import type { Created, ResolvedResource } from '@cordon/templates';
import type { Check, Deployment, Service } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { s3State } from '../s3/state.ts';
import { compileSelector } from './event-selectors.ts';
import { trailState } from './state.ts';

/** Files are not written here, so that what is said of them is kept alone: their validation, their key prefix. */
const PROPERTIES = [
  'TrailName',
  'S3BucketName',
  'IsLogging',
  'IsMultiRegionTrail',
  'IncludeGlobalServiceEvents',
  'EnableLogFileValidation',
  'AdvancedEventSelectors',
  'Tags',
];

/**
 * CloudTrail refuses a trail whose bucket does not let it look and write there.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
const checkBucket = (
  properties: ResourceProperties,
  { world, host, account, region }: Deployment,
  { name, trailArn }: { readonly name: string; readonly trailArn: string },
): void => {
  const bucket = world.of(s3State, '', '').buckets.get(name);
  if (bucket === undefined) throw properties.refuse('S3BucketName', 'a bucket that exists');
  const caller = serviceCaller(world, 'cloudtrail.amazonaws.com', trailArn);
  const checks: readonly Check[] = [
    { action: 's3:GetBucketAcl', resource: bucket.arn, account: bucket.account },
    {
      action: 's3:PutObject',
      resource: `${bucket.arn}/AWSLogs/${account}/CloudTrail/x`,
      account: bucket.account,
      context: { 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
  ];
  for (const check of checks) {
    const { verdict, why } = host.decideFor(caller, region, check);
    if (verdict === 'deny')
      throw properties.refuse(
        'S3BucketName',
        `a bucket whose policy allows CloudTrail ${check.action}: ${why}`,
      );
  }
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html */
const createTrail = (resource: ResolvedResource, deployment: Deployment): Created => {
  const { world, account, region } = deployment;
  const properties = new ResourceProperties(resource, PROPERTIES);
  const name = properties.requiredText('TrailName');
  const arn = `arn:${world.facts.partition}:cloudtrail:${region}:${account}:trail/${name}`;
  checkBucket(properties, deployment, { name: properties.requiredText('S3BucketName'), trailArn: arn });
  const selectors = properties.eachWithin('AdvancedEventSelectors', ['Name', 'FieldSelectors']);
  // Without selectors a trail records management events: that is what the organization's option `trails` is for.
  if (selectors.length === 0) throw properties.refuse('AdvancedEventSelectors', 'one at least');
  const { trails } = world.of(trailState, account, '');
  if (trails.has(name)) throw properties.refuse('TrailName', `a name that ${account} has not taken`);
  const selects = selectors.map(compileSelector);
  trails.set(name, {
    arn,
    name,
    region,
    isLogging: properties.flag('IsLogging') === true,
    isMultiRegion: properties.flag('IsMultiRegionTrail') === true,
    selects: (record) => selects.some((test) => test(record)),
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** CloudTrail's resource types in CloudFormation templates; a property that is not implemented throws. */
export const cloudtrailResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::CloudTrail::Trail': createTrail,
};
