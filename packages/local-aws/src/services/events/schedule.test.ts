import { describe, expect, it } from 'vitest';
import {
  lambdaFunction,
  organizationWith,
  REGION,
  role,
  SECURITY,
  START,
} from '../../organization-testing.ts';
import { compileSchedule } from './schedule-expression.ts';

const at = (text: string): number => Date.parse(text);
const next = (expression: string, after: string): string | undefined => {
  const time = compileSchedule(expression)(at(after));
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
describe('a schedule expression', () => {
  it.each([
    ['rate(5 minutes)', '2026-01-01T00:05'],
    ['rate(1 hour)', '2026-01-01T01:00'],
    ['rate(1 day)', '2026-01-02T00:00'],
    ['cron(0 10 * * ? *)', '2026-01-01T10:00'],
    ['cron(15 12 * * ? *)', '2026-01-01T12:15'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-01T18:00'],
    ['cron(0 8 1 * ? *)', '2026-01-01T08:00'],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:15'],
    ['cron(0/10 * ? * MON-FRI *)', '2026-01-01T00:10'],
    ['cron(0/5 8-17 ? * MON-FRI *)', '2026-01-01T08:00'],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00:00'],
    ['cron(0 0 1 1 ? 2025)', undefined],
  ])('%s comes next at %s', (expression, wanted) => {
    expect(next(expression, START)).toBe(wanted);
  });

  it('goes from the evening of a Friday to Monday', () => {
    expect(next('cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z')).toBe('2026-01-05T18:00');
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 10 L * ? *)',
    'cron(0 10 * * ?)',
    'at(2026-01-01T00:00:00)',
  ])('%s is refused', (expression) => {
    expect(() => compileSchedule(expression)).toThrow(`schedule expression`);
  });
});

const functionArn = `arn:aws:lambda:${REGION}:${SECURITY}:function:watch`;
const ruleArn = `arn:aws:events:${REGION}:${SECURITY}:rule/every-five`;

const scheduled = (more: object = {}, targets: readonly object[] = [{ Id: 'watch', Arn: functionArn }]) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: 'every-five', ScheduleExpression: 'rate(5 minutes)', Targets: targets, ...more },
});

const setUp = async (rule: object, more: object = {}) => {
  const seen: unknown[] = [];
  const organization = await organizationWith({
    watch: async (event) => {
      seen.push(event);
    },
  });
  const Resources = {
    Role: role('lambda.amazonaws.com', 'watch'),
    Watch: lambdaFunction('watch', 'Role'),
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Watch' },
        Principal: 'events.amazonaws.com',
        SourceArn: ruleArn,
      },
    },
    ...more,
    Rule: rule,
  };
  organization.deploy({ Resources }, { account: SECURITY, region: REGION, stackName: 's' });
  return { organization, seen };
};

describe('a scheduled rule', () => {
  it('sends its function the documented event, again and again', async () => {
    const { organization, seen } = await setUp(scheduled());
    await organization.timeline.pass(16 * 60_000);
    expect(seen).toHaveLength(3);
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    expect(seen[0]).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: SECURITY,
      time: '2026-01-01T00:05:00Z',
      region: REGION,
      resources: [ruleArn],
      detail: {},
    });
  });

  it('does not keep the clock running when nothing else is left', async () => {
    const { organization, seen } = await setUp(scheduled());
    expect(await organization.run()).toBe('idle');
    expect([organization.timeline.now(), seen.length]).toEqual([at(START), 0]);
    organization.timeline.at(at(START) + 301_000, () => {});
    expect(await organization.run()).toBe('idle');
    expect(seen).toHaveLength(1);
  });

  it('gives the target its Input in place of the event', async () => {
    const { organization, seen } = await setUp(
      scheduled({}, [{ Id: 'watch', Arn: functionArn, Input: '{"look": "back"}' }]),
    );
    await organization.timeline.pass(6 * 60_000);
    expect(seen).toEqual([{ look: 'back' }]);
  });

  it('that is disabled does nothing', async () => {
    const { organization, seen } = await setUp(scheduled({ State: 'DISABLED' }));
    await organization.timeline.pass(60 * 60_000);
    expect(seen).toEqual([]);
  });

  it('that the function does not let in loses its events, and the journal says so', async () => {
    const { organization, seen } = await setUp(scheduled({ Name: 'other' }));
    await organization.timeline.pass(6 * 60_000);
    expect(seen).toEqual([]);
    expect(organization.journal.deliveries).toMatchObject([{ outcome: 'lost', targetArn: functionArn }]);
  });

  it('starts a state machine as its role', async () => {
    const machineArn = `arn:aws:states:${REGION}:${SECURITY}:stateMachine:watch`;
    const start = { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn };
    const { organization } = await setUp(
      scheduled({}, [{ Id: 'machine', Arn: machineArn, RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } }]),
      {
        RuleRole: role('events.amazonaws.com', 'rule', start),
        MachineRole: role('states.amazonaws.com', 'machine'),
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineName: 'watch',
            RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
            DefinitionString: JSON.stringify({
              QueryLanguage: 'JSONata',
              StartAt: 'Look',
              States: { Look: { Type: 'Pass', End: true } },
            }),
          },
        },
      },
    );
    await organization.timeline.pass(6 * 60_000);
    const [execution] = organization.executions();
    expect(execution?.status).toBe('SUCCEEDED');
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ source: 'aws.events', resources: [ruleArn] });
  });

  it('is refused on any bus but the default', async () => {
    const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'own' } };
    await expect(setUp(scheduled({ EventBusName: 'own' }), { Bus: bus })).rejects.toThrow('default bus');
  });
});
