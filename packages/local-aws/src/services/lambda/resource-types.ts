import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { checkFailureQueue, createEventInvokeConfig } from './event-invoke-config.ts';
import { createFunctionUrl } from './function-url.ts';
import { createEventSourceMapping } from './event-source-mapping.ts';
import { grantPermission } from './permissions.ts';
import { checkTracing } from './tracing.ts';
import { findFunction, functionArn, lambdaState, readFunctionName, type LambdaFunction } from './state.ts';

/** Kept without a behaviour of their own: for people, for billing, or for what has no place here (logs, processors). */
const KEPT = [
  'Description',
  'Architectures',
  'LoggingConfig',
  'Tags',
  'RuntimeManagementConfig',
  'RecursiveLoop',
  'EphemeralStorage',
];

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMITS = {
  timeoutSeconds: 900,
  environmentBytes: 4_096,
  defaultTimeoutSeconds: 3,
  defaultMemoryMib: 128,
};

const environmentOf = (properties: ResourceProperties): Readonly<Record<string, string>> => {
  const variables: unknown = properties.within('Environment', ['Variables'])?.kept('Variables') ?? {};
  const entries = Object.entries(Object(variables) as Readonly<Record<string, unknown>>).map(
    ([name, value]) => [name, String(value)] as const,
  );
  const reserved = entries.find(([name]) =>
    /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_.*)|LAMBDA_.*|_HANDLER)$/.test(
      name,
    ),
  );
  if (reserved !== undefined)
    throw properties.refuse(
      'Environment',
      `variables that Lambda does not set itself (${reserved[0]} is reserved)`,
    );
  const made = Object.fromEntries(entries);
  if (Buffer.byteLength(JSON.stringify(made)) > LIMITS.environmentBytes)
    throw properties.refuse('Environment', `at most ${LIMITS.environmentBytes} bytes`);
  return made;
};

/** Lambda refuses a role that it may not assume. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
const checkRole = (deployment: Deployment, arn: string, roleArn: string): void => {
  const caller = serviceCaller(deployment.world, 'lambda.amazonaws.com', arn);
  const account = roleArn.split(':')[4] ?? '';
  const decision = deployment.host.decideFor(caller, deployment.region, {
    action: 'sts:AssumeRole',
    resource: roleArn,
    account,
  });
  if (decision.verdict === 'deny') {
    throw new Error(
      `AWS::Lambda::Function ${arn}: the role ${roleArn} cannot be assumed by Lambda: ${decision.why}; let it trust lambda.amazonaws.com`,
    );
  }
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
const createFunction = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'FunctionName',
    'Role',
    'Runtime',
    'Handler',
    'Timeout',
    'MemorySize',
    'Environment',
    'Code',
    'PackageType',
    'ReservedConcurrentExecutions',
    'DeadLetterConfig',
    'TracingConfig',
    ...KEPT,
  ]);
  const { account, region, world } = deployment;
  const name =
    properties.text('FunctionName') ??
    `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('cloudformation-name', 12)}`.slice(
      -64,
    );
  const { functions } = world.of(lambdaState, account, region);
  const arn = functionArn(world, { account, region, name });
  if (functions.has(name))
    throw new Error(
      `AWS::Lambda::Function ${resource.logicalId}: function ${arn} exists already: choose another FunctionName`,
    );
  properties.oneOf('PackageType', ['Zip']);
  const code = properties.within('Code', ['S3Bucket', 'S3Key']);
  const key = code?.requiredText('S3Key');
  const timeoutSeconds = properties.number('Timeout') ?? LIMITS.defaultTimeoutSeconds;
  if (timeoutSeconds < 1 || timeoutSeconds > LIMITS.timeoutSeconds)
    throw properties.refuse('Timeout', `1 to ${LIMITS.timeoutSeconds} seconds`);
  const reservedConcurrency = properties.number('ReservedConcurrentExecutions');
  const roleArn = properties.requiredText('Role');
  checkRole(deployment, arn, roleArn);
  checkTracing(properties, deployment, { arn, name, roleArn, region });
  const deadLetterArn = properties.within('DeadLetterConfig', ['TargetArn'])?.requiredText('TargetArn');
  if (deadLetterArn !== undefined)
    checkFailureQueue(deployment, { arn, name, roleArn, region }, deadLetterArn);
  functions.set(name, {
    arn,
    name,
    account,
    region,
    roleArn,
    runtime: properties.requiredText('Runtime'),
    handler: properties.requiredText('Handler'),
    timeoutSeconds,
    memoryMib: properties.number('MemorySize') ?? LIMITS.defaultMemoryMib,
    environment: environmentOf(properties),
    permissions: new Map(),
    ...(key === undefined || deployment.assetDirectory === undefined
      ? {}
      : { codeDirectory: deployment.assetDirectory(key) }),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** The function that a resource of its stack names; throws when there is none. */
const functionNamed = (
  resource: ResolvedResource,
  deployment: Deployment,
  reference: string,
): LambdaFunction => {
  const place = readFunctionName(reference, deployment);
  const fn =
    place === undefined ? undefined : findFunction(deployment.world, functionArn(deployment.world, place));
  if (fn !== undefined) return fn;
  throw new Error(
    `${resource.type} ${resource.logicalId}: no function ${reference} in ${deployment.account} ${deployment.region}: deploy the function first`,
  );
};

const equals = (key: string, value: string | undefined): Readonly<Record<string, string>> =>
  value === undefined ? {} : { [key]: value };

/** A statement of the function's policy. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
const createPermission = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'Action',
    'FunctionName',
    'Principal',
    'SourceArn',
    'SourceAccount',
    'PrincipalOrgID',
    'FunctionUrlAuthType',
    'InvokedViaFunctionUrl',
  ]);
  const fn = functionNamed(resource, deployment, properties.requiredText('FunctionName'));
  const sourceArn = properties.text('SourceArn');
  const exact = {
    ...equals('aws:SourceAccount', properties.text('SourceAccount')),
    ...equals('aws:PrincipalOrgID', properties.text('PrincipalOrgID')),
    ...equals('lambda:FunctionUrlAuthType', properties.oneOf('FunctionUrlAuthType', ['AWS_IAM', 'NONE'])),
  };
  const viaUrl = properties.flag('InvokedViaFunctionUrl') === true;
  const condition = {
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...(Object.keys(exact).length === 0 ? {} : { StringEquals: exact }),
    // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    ...(viaUrl ? { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } : {}),
  };
  grantPermission(deployment.world, fn, {
    sid: resource.logicalId,
    action: properties.requiredText('Action'),
    principal: properties.requiredText('Principal'),
    condition,
  });
  return { ref: resource.logicalId, attributes: { Id: resource.logicalId } };
};

const mapEventSource = (resource: ResolvedResource, deployment: Deployment): Created =>
  createEventSourceMapping(resource, deployment, (reference) =>
    functionNamed(resource, deployment, reference),
  );

const createUrl = (resource: ResolvedResource, deployment: Deployment): Created =>
  createFunctionUrl(resource, deployment, (reference) => functionNamed(resource, deployment, reference));

const configureInvoke = (resource: ResolvedResource, deployment: Deployment): Created =>
  createEventInvokeConfig(resource, deployment, (reference) =>
    functionNamed(resource, deployment, reference),
  );

/** Lambda's resource types in CloudFormation templates; a property that is not implemented throws. */
export const lambdaResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::Lambda::Function': createFunction,
  'AWS::Lambda::Permission': createPermission,
  'AWS::Lambda::EventInvokeConfig': configureInvoke,
  'AWS::Lambda::EventSourceMapping': mapEventSource,
  'AWS::Lambda::Url': createUrl,
};
