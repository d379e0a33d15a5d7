import { describe, expect, it } from 'vitest';
import { createOrganization, type Organization } from '../../organization.ts';
import { queueByArn } from '../sqs/state.ts';

const SECURITY = '222222222222';
const MEMBER = '333333333333';
const THIRD = '444444444444';
const REGION = 'eu-west-1';
const HOME = 'us-east-1';

const busOf = (account: string, region = REGION) => `arn:aws:events:${region}:${account}:event-bus/default`;
const event = { source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: { severity: 8 } };

const organizationOf = (): Promise<Organization> =>
  createOrganization({
    seed: 'test',
    startAt: '2026-01-01T00:00:00Z',
    organizationId: 'o-test000000',
    managementAccount: '111111111111',
    accounts: ['111111111111', SECURITY, MEMBER, THIRD].map((id) => ({ id, name: `account ${id}` })),
    regions: [REGION, HOME],
    delegatedAdministrators: [],
    runtime: { inProcess: {} },
  });

const forwarder = (target: string, allowed = target, more: object = {}) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'forward',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' } },
          ],
        },
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: allowed }],
            },
          },
        ],
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'forward',
        EventPattern: { source: ['aws.guardduty'] },
        Targets: [{ Id: 'bus', Arn: target, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...more }],
      },
    },
  },
});

const openBus = {
  Resources: {
    Open: {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: {
        StatementId: 'organization',
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'events:PutEvents',
          Resource: busOf(SECURITY),
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-test000000' } },
        },
      },
    },
  },
};

const deadLetters = (sourceArn: string) => ({
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
  QueuePolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
          },
        ],
      },
    },
  },
});

const arrivals = (organization: Organization) => organization.journal.events.map(({ busArn }) => busArn);

describe('a rule that sends to a bus of another account', () => {
  it('does so when its role and the policy of that bus allow it', async () => {
    const organization = await organizationOf();
    organization.deploy(openBus, { account: SECURITY, region: REGION, stackName: 's' });
    organization.deploy(forwarder(busOf(SECURITY)), { account: MEMBER, region: REGION, stackName: 's' });
    organization.host.deliverEvent(busOf(MEMBER), event);
    await organization.run();
    expect(arrivals(organization)).toEqual([busOf(MEMBER), busOf(SECURITY)]);
    const [first, second] = organization.journal.events;
    expect(second?.event).toEqual(first?.event);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(50);
  });

  it.each([
    ['the bus has no policy', false, busOf(SECURITY)],
    ['its role may put events elsewhere only', true, busOf(THIRD)],
  ])('loses the event when %s, and says so', async (_name, open, allowed) => {
    const organization = await organizationOf();
    if (open) organization.deploy(openBus, { account: SECURITY, region: REGION, stackName: 's' });
    organization.deploy(forwarder(busOf(SECURITY), allowed), {
      account: MEMBER,
      region: REGION,
      stackName: 's',
    });
    organization.host.deliverEvent(busOf(MEMBER), event);
    await organization.run();
    expect(arrivals(organization)).toEqual([busOf(MEMBER)]);
    expect(organization.journal.deliveries).toMatchObject([
      { outcome: 'lost', code: 'NO_PERMISSIONS', targetArn: busOf(SECURITY) },
    ]);
  });

  it('sends no event on that a third account has sent', async () => {
    const organization = await organizationOf();
    organization.deploy(openBus, { account: SECURITY, region: REGION, stackName: 's' });
    organization.deploy(forwarder(busOf(SECURITY)), { account: MEMBER, region: REGION, stackName: 's' });
    organization.deploy(forwarder(busOf(THIRD)), { account: SECURITY, region: REGION, stackName: 'on' });
    organization.host.deliverEvent(busOf(MEMBER), event);
    await organization.run();
    expect(arrivals(organization)).toEqual([busOf(MEMBER), busOf(SECURITY)]);
    expect(organization.journal.deliveries.at(-1)).toMatchObject({
      outcome: 'lost',
      targetArn: busOf(THIRD),
    });
  });
});

describe('a rule', () => {
  it('sends to the same account in another Region by its role alone', async () => {
    const organization = await organizationOf();
    organization.deploy(forwarder(busOf(SECURITY, HOME)), {
      account: SECURITY,
      region: REGION,
      stackName: 's',
    });
    organization.host.deliverEvent(busOf(SECURITY), event);
    await organization.run();
    expect(arrivals(organization)).toEqual([busOf(SECURITY), busOf(SECURITY, HOME)]);
  });

  it('puts what it may not deliver into the dead-letter queue, with the reason', async () => {
    const organization = await organizationOf();
    const dead = `arn:aws:sqs:${REGION}:${MEMBER}:dead`;
    const ruleArn = `arn:aws:events:${REGION}:${MEMBER}:rule/forward`;
    const { Resources } = forwarder(busOf(SECURITY), busOf(SECURITY), { DeadLetterConfig: { Arn: dead } });
    organization.deploy(
      { Resources: { ...Resources, ...deadLetters(ruleArn) } },
      { account: MEMBER, region: REGION, stackName: 's' },
    );
    organization.host.deliverEvent(busOf(MEMBER), event);
    await organization.run();
    expect(organization.journal.deliveries).toMatchObject([
      { outcome: 'dead-lettered', code: 'NO_PERMISSIONS' },
    ]);
    const [message] = queueByArn(organization.world, dead)?.messages ?? [];
    expect(JSON.parse(message?.body ?? '')).toMatchObject(event);
    expect(message?.attributes).toMatchObject({
      RULE_ARN: { StringValue: ruleArn },
      TARGET_ARN: { StringValue: busOf(SECURITY) },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
  });

  it('loses it when the dead-letter queue does not let this very rule send', async () => {
    const organization = await organizationOf();
    const { Resources } = forwarder(busOf(SECURITY), busOf(SECURITY), {
      DeadLetterConfig: { Arn: `arn:aws:sqs:${REGION}:${MEMBER}:dead` },
    });
    const other = deadLetters(`arn:aws:events:${REGION}:${MEMBER}:rule/other`);
    organization.deploy(
      { Resources: { ...Resources, ...other } },
      { account: MEMBER, region: REGION, stackName: 's' },
    );
    organization.host.deliverEvent(busOf(MEMBER), event);
    await organization.run();
    expect(organization.journal.deliveries).toMatchObject([
      { outcome: 'lost', message: expect.stringContaining('dead-letter queue') },
    ]);
  });

  it('sends nothing while it is disabled', async () => {
    const organization = await organizationOf();
    const { Resources } = forwarder(busOf(SECURITY, HOME));
    const Rule = { ...Resources.Rule, Properties: { ...Resources.Rule.Properties, State: 'DISABLED' } };
    organization.deploy(
      { Resources: { ...Resources, Rule } },
      { account: SECURITY, region: REGION, stackName: 's' },
    );
    organization.host.deliverEvent(busOf(SECURITY), event);
    await organization.run();
    expect(organization.journal.deliveries).toEqual([]);
  });
});
