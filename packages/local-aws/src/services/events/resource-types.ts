import { compile } from '@cordon/iam';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { compileEventPattern } from './event-pattern.ts';
import { addBus, findBus, readBusArn, type BusPlace, type EventBus, type RuleTarget } from './state.ts';

const TARGETS_PER_RULE = 5;
const PATTERN_LIMIT = 2_048;
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const RETRIES = { attempts: 185, ageSeconds: 86_400, leastAgeSeconds: 60 };

const placeOf = (deployment: Deployment, nameOrArn: string): BusPlace =>
  readBusArn(nameOrArn) ?? { account: deployment.account, region: deployment.region, name: nameOrArn };

const busNamed = (resource: ResolvedResource, deployment: Deployment, nameOrArn: string): EventBus => {
  const bus = findBus(deployment.world, placeOf(deployment, nameOrArn));
  if (bus !== undefined) return bus;
  throw new Error(
    `${resource.type} ${resource.logicalId}: no event bus ${nameOrArn} in ${deployment.account} ${deployment.region}: deploy the bus first`,
  );
};

const recompile = (bus: EventBus): void => {
  bus.policy = compile({ Version: '2012-10-17', Statement: [...bus.statements.values()] }, bus.arn);
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html ; tags have no behaviour here. */
const createBus = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, ['Name', 'Description', 'Policy', 'Tags']);
  const name = properties.requiredText('Name');
  const bus = addBus(deployment.world, placeOf(deployment, name), properties.text('Description'));
  if (properties.kept('Policy') !== undefined) {
    const { Statement: statements } = Object(properties.requiredDocument('Policy')) as {
      Statement?: unknown;
    };
    const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
    for (const [index, statement] of list.entries())
      bus.statements.set(`policy-${index}`, Object(statement) as object);
    recompile(bus);
  }
  return { ref: name, attributes: { Arn: bus.arn, Name: name } };
};

/**
 * One statement of a bus's policy, written out or as Action and Principal (an account or `*`).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
 */
const createBusPolicy = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'StatementId',
    'EventBusName',
    'Statement',
    'Action',
    'Principal',
    'Condition',
  ]);
  const bus = busNamed(resource, deployment, properties.text('EventBusName') ?? 'default');
  const id = properties.requiredText('StatementId');
  if (bus.statements.has(id))
    throw new Error(
      `AWS::Events::EventBusPolicy ${resource.logicalId}: bus ${bus.arn} has a statement ${id} already: choose another StatementId`,
    );
  bus.statements.set(id, { Sid: id.replaceAll(/[^A-Za-z0-9]/g, ''), ...statementOf(properties, bus) });
  recompile(bus);
  return { ref: id, attributes: {} };
};

const statementOf = (properties: ResourceProperties, bus: EventBus): object => {
  if (properties.kept('Statement') !== undefined) {
    const { Sid: _written, ...statement } = Object(properties.requiredDocument('Statement')) as {
      Sid?: unknown;
    };
    return statement;
  }
  const principal = properties.requiredText('Principal');
  const condition = properties.within('Condition', ['Type', 'Key', 'Value']);
  return {
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Action: properties.requiredText('Action'),
    Resource: bus.arn,
    ...(condition === undefined
      ? {}
      : {
          Condition: {
            [condition.requiredText('Type')]: {
              [condition.requiredText('Key')]: condition.requiredText('Value'),
            },
          },
        }),
  };
};

/** Services whose resources rules may send to here. */
const TARGET_SERVICES = ['events', 'sqs', 'lambda', 'states'];

const readTarget = (target: ResourceProperties): RuleTarget => {
  const arn = target.requiredText('Arn');
  if (!TARGET_SERVICES.includes(arn.split(':')[2] ?? ''))
    throw target.refuse('Arn', `the ARN of a resource of ${TARGET_SERVICES.join(', ')}`);
  const roleArn = target.text('RoleArn');
  const deadLetterArn = target.within('DeadLetterConfig', ['Arn'])?.requiredText('Arn');
  const retry = target.within('RetryPolicy', ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts']);
  const maximumRetryAttempts = retry?.number('MaximumRetryAttempts') ?? RETRIES.attempts;
  const maximumEventAgeSeconds = retry?.number('MaximumEventAgeInSeconds') ?? RETRIES.ageSeconds;
  if (maximumRetryAttempts < 0 || maximumRetryAttempts > RETRIES.attempts)
    throw target.refuse('RetryPolicy', `0 to ${RETRIES.attempts} attempts`);
  if (maximumEventAgeSeconds < RETRIES.leastAgeSeconds || maximumEventAgeSeconds > RETRIES.ageSeconds) {
    throw target.refuse(
      'RetryPolicy',
      `an age of ${RETRIES.leastAgeSeconds} to ${RETRIES.ageSeconds} seconds`,
    );
  }
  return {
    id: target.requiredText('Id'),
    arn,
    maximumRetryAttempts,
    maximumEventAgeSeconds,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

const TARGET_MEMBERS = ['Arn', 'Id', 'RoleArn', 'DeadLetterConfig', 'RetryPolicy'];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html ; tags have no behaviour here. */
const createRule = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'Name',
    'Description',
    'EventBusName',
    'EventPattern',
    'State',
    'Targets',
    'Tags',
  ]);
  const bus = busNamed(resource, deployment, properties.text('EventBusName') ?? 'default');
  const name =
    properties.text('Name') ??
    `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('cloudformation-name', 12)}`;
  if (bus.rules.has(name))
    throw new Error(
      `AWS::Events::Rule ${resource.logicalId}: bus ${bus.arn} has a rule ${name} already: choose another Name`,
    );
  const pattern = properties.requiredDocument('EventPattern');
  if (JSON.stringify(pattern).length > PATTERN_LIMIT)
    throw properties.refuse('EventPattern', `at most ${PATTERN_LIMIT} characters`);
  const targets = properties.eachWithin('Targets', TARGET_MEMBERS).map(readTarget);
  if (targets.length > TARGETS_PER_RULE) throw properties.refuse('Targets', `at most ${TARGETS_PER_RULE}`);
  const description = properties.text('Description');
  const place = `arn:${deployment.world.facts.partition}:events:${deployment.region}:${deployment.account}:rule`;
  const arn = bus.name === 'default' ? `${place}/${name}` : `${place}/${bus.name}/${name}`;
  bus.rules.set(name, {
    arn,
    name,
    enabled: properties.oneOf('State', ['ENABLED', 'DISABLED']) !== 'DISABLED',
    pattern: compileEventPattern(pattern),
    targets,
    ...(description === undefined ? {} : { description }),
  });
  return { ref: name, attributes: { Arn: arn } };
};

/** EventBridge's resource types in CloudFormation templates; a property that is not implemented throws. */
export const eventsResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::Events::EventBus': createBus,
  'AWS::Events::EventBusPolicy': createBusPolicy,
  'AWS::Events::Rule': createRule,
};
