import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { codeRootWith } from '@cordon/constructs/testing';
import { functionName, METRICS, METRICS_NAMESPACE, STEPS, WORKFLOW_STEPS } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { SecurityHomeStack } from './security-home-stack.ts';
import { SecurityRegionStack } from './security-region-stack.ts';
import { STEP_TIMEOUT_SECONDS } from './steps.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-security-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootWith(work, [...STEPS, 'operator']);

const synthesize = (folder: string, of = config) => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'account' });
  const home = new SecurityHomeStack(app, 'CordonSecurityHome', { config: of, codeRoot });
  const region = new SecurityRegionStack(app, 'CordonSecurityRegion', config);
  app.synth();
  return { home: Template.fromStack(home), region: Template.fromStack(region) };
};
const { home, region } = synthesize('first');

/** Logical id and properties of the one resource of a type that has these properties. */
const only = (template: Template, type: string, properties: object = {}) => {
  const [found, ...others] = Object.entries(template.findResources(type, { Properties: properties }));
  if (found === undefined || others.length > 0)
    throw new Error(`want one ${type}, got ${others.length + (found === undefined ? 0 : 1)}`);
  return { id: found[0], properties: found[1]['Properties'] };
};
const PARTITION = { Ref: 'AWS::Partition' };
const arnOf = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe('the steps', () => {
  it.each(STEPS)('%s has a function with a role of its own, a timeout, and logs that expire', (step) => {
    const role = only(home, 'AWS::IAM::Role', { RoleName: functionName(step) });
    only(home, 'AWS::Logs::LogGroup', {
      LogGroupName: `/aws/lambda/${functionName(step)}`,
      RetentionInDays: 400,
    });
    expect(
      only(home, 'AWS::Lambda::Function', { FunctionName: functionName(step) }).properties,
    ).toMatchObject({
      Role: arnOf(role.id),
      Timeout: STEP_TIMEOUT_SECONDS[step],
    });
  });

  it('have different code', () => {
    const keys = Object.values(home.findResources('AWS::Lambda::Function')).map(
      (found) => found['Properties'].Code.S3Key,
    );
    expect(new Set(keys).size).toBe(STEPS.length + 1);
  });
});

describe('the path of findings', () => {
  const findings = only(home, 'AWS::SQS::Queue', { QueueName: 'cordon-findings' });
  const setAside = only(home, 'AWS::SQS::Queue', { QueueName: 'cordon-findings-set-aside' });

  it('gives intake six times its timeout, and sets a finding aside after five tries', () => {
    expect(findings.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * STEP_TIMEOUT_SECONDS.intake);
    expect(findings.properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf(setAside.id),
      maxReceiveCount: 5,
    });
    home.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arnOf(findings.id),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: only(home, 'AWS::Lambda::Function', { FunctionName: 'cordon-intake' }).id },
    });
  });

  it('lets the rules of findings and of weaknesses, and no other, send to the queue', () => {
    const EventBusName = { Ref: only(home, 'AWS::Events::EventBus', { Name: 'cordon' }).id };
    const Targets = [{ Arn: arnOf(findings.id) }];
    const ofGuardDuty = { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] };
    const rule = only(home, 'AWS::Events::Rule', { EventBusName, Targets, EventPattern: ofGuardDuty });
    const weaknesses = only(home, 'AWS::Events::Rule', { EventBusName, Targets, Name: 'cordon-weaknesses' });
    expect(weaknesses.properties.EventPattern).toEqual({
      source: ['aws.inspector2'],
      'detail-type': ['Inspector2 Finding'],
      detail: {
        severity: ['CRITICAL'],
        status: ['ACTIVE'],
        resources: { type: ['AWS_EC2_INSTANCE'] },
      },
    });
    const [allow, ...denies] = only(home, 'AWS::SQS::QueuePolicy', { Queues: [{ Ref: findings.id }] })
      .properties.PolicyDocument.Statement;
    expect(allow).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': [arnOf(rule.id), arnOf(weaknesses.id)] } },
    });
    expect(denies.map(({ Effect }: { readonly Effect: string }) => Effect)).toEqual(['Deny']);
  });

  it('has no rule of weaknesses where the policy observes none', () => {
    const { inspector: _inspector, ...policy } = config.policy;
    const without = synthesize('without-weaknesses', { ...config, policy });
    expect(
      without.home.findResources('AWS::Events::Rule', { Properties: { Name: 'cordon-weaknesses' } }),
    ).toEqual({});
  });

  it('lets members put changes of AWS on a bus of their own by one role, and nothing else, and gives them to the watch two batches at a time', () => {
    const bus = only(home, 'AWS::Events::EventBus', { Name: 'cordon-changes' });
    const { Statement: statement } = only(home, 'AWS::Events::EventBusPolicy', {
      EventBusName: { Ref: bus.id },
    }).properties;
    expect(statement).toEqual({
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: arnOf(bus.id),
      Condition: {
        StringEquals: {
          'aws:PrincipalOrgID': 'o-cordondrill',
          'events:detail-type': ['AWS API Call via CloudTrail', 'EC2 Instance State-change Notification'],
          'events:source': [
            'aws.autoscaling',
            'aws.ec2',
            'aws.elasticloadbalancing',
            'aws.iam',
            'aws.route53resolver',
          ],
        },
        ArnLike: {
          'aws:PrincipalArn': {
            'Fn::Join': ['', ['arn:', PARTITION, ':iam::*:role/cordon/cordon-forward-changes']],
          },
        },
      },
    });
    const changes = only(home, 'AWS::SQS::Queue', { QueueName: 'cordon-changes' });
    expect(changes.properties.MessageRetentionPeriod).toBe(600);
    expect(changes.properties.VisibilityTimeout).toBeGreaterThanOrEqual(STEP_TIMEOUT_SECONDS.watch);
    home.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arnOf(changes.id),
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: only(home, 'AWS::Lambda::Function', { FunctionName: 'cordon-watch' }).id },
    });
  });

  it('keeps the tables when the stack goes, and can restore them', () => {
    expect(Object.values(home.findResources('AWS::DynamoDB::Table'))).toMatchObject(
      ['cordon-incidents', 'cordon-approvals'].map((TableName) => ({
        DeletionPolicy: 'Retain',
        Properties: {
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true },
        },
      })),
    );
  });
});

describe('the state machine', () => {
  const machine = only(home, 'AWS::StepFunctions::StateMachine');

  it('may call the functions that its definition calls, and do nothing else but deliver logs and run children of its own', () => {
    const role = only(home, 'AWS::IAM::Role', { RoleName: 'cordon-incident-response' });
    const [call, logs, ...others] = role.properties.Policies[0].PolicyDocument.Statement;
    const called = [...WORKFLOW_STEPS.map(functionName), 'cordon-operator'].map(
      (FunctionName) => only(home, 'AWS::Lambda::Function', { FunctionName }).id,
    );
    expect(call).toMatchObject({ Action: 'lambda:InvokeFunction', Resource: called.map(arnOf) });
    expect(logs.Action.filter((action: string) => !action.startsWith('logs:'))).toEqual([]);
    expect(others.map(({ Action }: { readonly Action: unknown }) => Action)).toEqual([
      'states:StartExecution',
      ['states:DescribeExecution', 'states:StopExecution'],
      'states:RedriveExecution',
    ]);
    for (const { Resource } of others)
      expect(JSON.stringify(Resource)).toMatch(
        /:(stateMachine|execution):cordon-incident-response(:\*|\/\*:\*)?"/,
      );
    const parts: readonly unknown[] = machine.properties.DefinitionString['Fn::Join'][1];
    const named = parts.filter((part) => typeof part === 'object').map((part) => JSON.stringify(part));
    expect(new Set(named)).toEqual(
      new Set([PARTITION, ...called.map(arnOf)].map((part) => JSON.stringify(part))),
    );
  });

  it('may run no children where no blocks are hashed', () => {
    const { blockHashes: _, ...evidence } = config.evidence;
    const unhashed = synthesize('unhashed', { ...config, evidence }).home;
    const role = only(unhashed, 'AWS::IAM::Role', { RoleName: 'cordon-incident-response' });
    expect(JSON.stringify(role.properties.Policies)).not.toContain('states:');
  });

  it('keeps a record of what fails', () => {
    expect(machine.properties).toMatchObject({
      StateMachineName: 'cordon-incident-response',
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: true },
    });
  });
});

describe('the door for people', () => {
  const url = only(home, 'AWS::Lambda::Url');

  it('is a URL of the operator function, whose callers AWS authenticates', () => {
    const { id } = only(home, 'AWS::Lambda::Function', { FunctionName: 'cordon-operator' });
    expect(url.properties).toEqual({ AuthType: 'AWS_IAM', TargetFunctionArn: arnOf(id) });
  });

  it('needs no policy of its own for approvers of its account: theirs is needed, and enough', () => {
    const admitted = Object.values(home.findResources('AWS::Lambda::Permission')).map(
      (found) => found['Properties'].Principal,
    );
    // The schedules' own, and nobody else.
    expect(admitted).toEqual(Array.from({ length: 5 }, () => 'events.amazonaws.com'));
  });

  it('admits another account of approvers, as an account, through the URL, of the organization alone', () => {
    const approvers = [
      'arn:aws:iam::602011150001:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*',
    ];
    const { home: other } = synthesize('other', { ...config, approvals: { ...config.approvals, approvers } });
    const permissions = Object.values(other.findResources('AWS::Lambda::Permission')).filter(
      (found) => found['Properties'].Principal !== 'events.amazonaws.com',
    );
    expect(permissions.map((found) => found['Properties'])).toMatchObject([
      {
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '602011150001',
        PrincipalOrgID: config.organizationId,
        FunctionUrlAuthType: 'AWS_IAM',
      },
      {
        Action: 'lambda:InvokeFunction',
        Principal: '602011150001',
        PrincipalOrgID: config.organizationId,
        InvokedViaFunctionUrl: true,
      },
    ]);
  });
});

describe('the alarms', () => {
  const alarms = Object.values(home.findResources('AWS::CloudWatch::Alarm')).map(
    (found) => found['Properties'],
  );

  it.each([
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 1],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 1],
    ['AWS/SQS', 'NumberOfMessagesSent', 1],
    ['AWS/States', 'ExecutionsFailed', 1],
    ['AWS/States', 'ExecutionsTimedOut', 1],
    ['AWS/Events', 'FailedInvocations', 3],
    ['AWS/Lambda', 'Errors', STEPS.length + 1],
  ])('watch %s %s', (namespace, metric, count) => {
    const watching = alarms.filter(
      ({ Namespace, MetricName }) => Namespace === namespace && MetricName === metric,
    );
    expect(watching).toHaveLength(count);
  });

  it('tell people, each under a name of its own', () => {
    const topic = only(home, 'AWS::SNS::Topic', { TopicName: 'cordon-notifications' }).id;
    expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual(alarms.map(() => [{ Ref: topic }]));
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
  });

  it('of a Region are forwarded by a rule beside them, set aside, and so told by the home Region', () => {
    const { AlarmName, AlarmActions } = only(region, 'AWS::CloudWatch::Alarm').properties;
    expect(AlarmActions).toBeUndefined();
    expect(alarms.map((own) => own.AlarmName)).not.toContain(AlarmName);
    const pattern = {
      source: ['aws.cloudwatch'],
      detail: { alarmName: [AlarmName], state: { value: ['ALARM'] } },
    };
    region.hasResourceProperties('AWS::Events::Rule', { EventPattern: pattern });
    const { id } = only(home, 'AWS::SQS::Queue', { QueueName: 'cordon-findings-set-aside' });
    home.hasResourceProperties('AWS::Events::Rule', { EventPattern: pattern, Targets: [{ Arn: arnOf(id) }] });
    expect(alarms.find((own) => own.AlarmName === 'cordon-findings-set-aside')).toMatchObject({
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
    });
  });
});

describe('the stack of every Region', () => {
  const findings = { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] };
  const rule = only(region, 'AWS::Events::Rule', { EventPattern: findings }).properties;
  const role = only(region, 'AWS::IAM::Role');

  it('forwards findings from the default bus to the home bus, and keeps what could not be forwarded', () => {
    expect(rule.EventBusName).toBeUndefined();
    const bus = {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':events:eu-west-1:602011150002:event-bus/cordon'],
      ],
    };
    expect(rule.Targets).toEqual([
      {
        Id: 'home-bus',
        Arn: bus,
        RoleArn: arnOf(role.id),
        DeadLetterConfig: { Arn: arnOf(only(region, 'AWS::SQS::Queue').id) },
      },
    ]);
    expect(role.properties.Policies[0].PolicyDocument.Statement).toEqual([
      { Sid: 'PutOnHomeBus', Effect: 'Allow', Action: 'events:PutEvents', Resource: bus },
    ]);
  });

  it('has a role without a name, so that Regions do not collide', () => {
    expect(role.properties).not.toHaveProperty('RoleName');
  });

  it('names no Region but the home Region', () => {
    const text = JSON.stringify(region.toJSON());
    for (const other of config.regions.filter((name) => name !== config.homeRegion))
      expect(text).not.toContain(other);
  });
});

it('synthesizes the same text each time, without a bootstrap parameter', () => {
  const again = synthesize('second');
  expect(JSON.stringify([again.home.toJSON(), again.region.toJSON()])).toBe(
    JSON.stringify([home.toJSON(), region.toJSON()]),
  );
  expect([home, region].map((template) => template.toJSON()['Parameters'])).toEqual([undefined, undefined]);
});

describe('the dashboard', () => {
  interface Widget {
    readonly properties: { readonly alarms?: readonly string[]; readonly metrics?: readonly unknown[][] };
  }
  const { properties: dashboard } = only(home, 'AWS::CloudWatch::Dashboard');
  const parts: readonly unknown[] = dashboard.DashboardBody['Fn::Join'][1];
  const written = parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
  const { widgets }: { readonly widgets: readonly Widget[] } = JSON.parse(written);

  it('shows every alarm of the account', () => {
    const shown = widgets.flatMap(({ properties }) =>
      (properties.alarms ?? []).map((arn) => arn.split(':alarm:')[1]),
    );
    const there = Object.values(home.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties['AlarmName'],
    );
    expect(new Set(shown)).toEqual(new Set(there));
    expect(shown).toHaveLength(there.length);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    expect(shown.length).toBeLessThanOrEqual(100);
  });

  it('shows of our own metrics only what is measured, by the dimension that it has', () => {
    const ours = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === METRICS_NAMESPACE);
    // Those of what a deployment left out are not measured in it.
    const left = [
      ...(config.coverage === undefined ? ['Coverage'] : []),
      ...(config.heartbeat === undefined ? ['SecondsToHeard'] : []),
    ];
    expect(new Set(ours.map(([, name]) => name))).toEqual(
      new Set(Object.keys(METRICS).filter((name) => !left.includes(name))),
    );
    const known = Object.entries(METRICS).map(([name, { dimension }]) => `${name} by ${dimension}`);
    for (const [, name, dimension] of ours)
      expect(known).toContain(`${String(name)} by ${String(dimension)}`);
  });
});
