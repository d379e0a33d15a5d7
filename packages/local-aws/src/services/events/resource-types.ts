import { compile } from '@cordon/iam';
import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { compileEventPattern, type EventPattern } from './event-pattern.ts';
import { compileSchedule, type Schedule } from './schedule-expression.ts';
import {
  addBus,
  findBus,
  readBusArn,
  type BusPlace,
  type EventBus,
  type Rule,
  type RuleTarget,
} from './state.ts';

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

/** Compiles a bus's policy of its statements; without one it has none. */
export const recompile = (bus: EventBus): void => {
  if (bus.statements.size === 0) delete bus.policy;
  else bus.policy = compile({ Version: '2012-10-17', Statement: [...bus.statements.values()] }, bus.arn);
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
  const input = target.text('Input');
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
    ...(input === undefined ? {} : { input: JSON.stringify(JSON.parse(input)) }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

const TARGET_MEMBERS = ['Arn', 'Id', 'RoleArn', 'Input', 'DeadLetterConfig', 'RetryPolicy'];

/** Schedules are for the default bus alone. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
const scheduleOf = (properties: ResourceProperties, bus: EventBus): Schedule | undefined => {
  const text = properties.text('ScheduleExpression');
  if (text === undefined) return undefined;
  if (bus.name !== 'default')
    throw properties.refuse('ScheduleExpression', 'none on a bus other than the default bus');
  return compileSchedule(text);
};

const patternOf = (properties: ResourceProperties): EventPattern => {
  const pattern = properties.requiredDocument('EventPattern');
  if (JSON.stringify(pattern).length > PATTERN_LIMIT)
    throw properties.refuse('EventPattern', `at most ${PATTERN_LIMIT} characters`);
  return compileEventPattern(pattern);
};

/** The events of a rule's own schedule, which nobody else can put. */
const ownEvents =
  (arn: string): EventPattern =>
  (event) =>
    event['source'] === 'aws.events' && Array.isArray(event['resources']) && event['resources'][0] === arn;

/**
 * Puts the rule's events on its bus whenever they are due. They are background: a schedule recurs for ever and keeps no run from its end.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html (the event)
 */
const runSchedule = (deployment: Deployment, on: { bus: EventBus; rule: Rule; schedule: Schedule }): void => {
  const { timeline, host } = deployment;
  const { bus, rule, schedule } = on;
  const due = schedule(timeline.now());
  if (due === undefined) return;
  timeline.at(
    due,
    () => {
      // A rule that was taken away, or another of its name in its place.
      if (bus.rules.get(rule.name) !== rule) return;
      host.deliverEvent(bus.arn, {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [rule.arn],
        detail: {},
      });
      runSchedule(deployment, on);
    },
    'background',
  );
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html ; tags have no behaviour here. */
const createRule = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'Name',
    'Description',
    'EventBusName',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'Targets',
    'Tags',
  ]);
  const bus = busNamed(resource, deployment, properties.text('EventBusName') ?? 'default');
  const name =
    properties.text('Name') ??
    `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('cloudformation-name', 12)}`;
  if (bus.rules.has(name))
    throw new ServiceFault(
      'ResourceAlreadyExistsException',
      `AWS::Events::Rule ${resource.logicalId}: bus ${bus.arn} has a rule ${name} already: choose another Name`,
    );
  const schedule = scheduleOf(properties, bus);
  const targets = properties.eachWithin('Targets', TARGET_MEMBERS).map(readTarget);
  if (targets.length > TARGETS_PER_RULE) throw properties.refuse('Targets', `at most ${TARGETS_PER_RULE}`);
  const description = properties.text('Description');
  const place = `arn:${deployment.world.facts.partition}:events:${deployment.region}:${deployment.account}:rule`;
  const arn = bus.name === 'default' ? `${place}/${name}` : `${place}/${bus.name}/${name}`;
  // Of pattern and schedule one is required; a rule may have both.
  const patterns = [
    ...(schedule === undefined ? [] : [ownEvents(arn)]),
    ...(schedule === undefined || properties.kept('EventPattern') !== undefined
      ? [patternOf(properties)]
      : []),
  ];
  const rule: Rule = {
    arn,
    name,
    enabled: properties.oneOf('State', ['ENABLED', 'DISABLED']) !== 'DISABLED',
    pattern: (event) => patterns.some((matches) => matches(event)),
    targets,
    ...(properties.kept('EventPattern') === undefined
      ? {}
      : { patternText: JSON.stringify(properties.requiredDocument('EventPattern')) }),
    ...(description === undefined ? {} : { description }),
  };
  bus.rules.set(name, rule);
  if (schedule !== undefined && rule.enabled) runSchedule(deployment, { bus, rule, schedule });
  return { ref: name, attributes: { Arn: arn } };
};

/** EventBridge's resource types in CloudFormation templates; a property that is not implemented throws. */
export const eventsResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::Events::EventBus': createBus,
  'AWS::Events::EventBusPolicy': createBusPolicy,
  'AWS::Events::Rule': createRule,
};
