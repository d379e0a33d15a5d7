import { describe, expect, it } from 'vitest';
import { CHANGE_PATTERNS } from './change-events.ts';
import { hintFrom } from './hint.ts';

const ACCOUNT = '602011160021';
const REGION = 'eu-central-1';
const GROUP = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/shop/0123456789abcdef`;

const call = (requestParameters: unknown, more: object = {}): string =>
  JSON.stringify({
    version: '0',
    account: ACCOUNT,
    region: REGION,
    source: 'aws.ec2',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventName: 'StartInstances', requestParameters },
    ...more,
  });

describe('where a change says to look', () => {
  it('is at the instances that a call names, wherever in its parameters they are', () => {
    const parameters = { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } };
    expect(hintFrom(call(parameters))).toEqual({
      account: ACCOUNT,
      region: REGION,
      instanceIds: ['i-0123456789abcdef0'],
      targetGroupArns: [],
      classic: [],
    });
  });

  it('is at the instance of a state change', () => {
    const detail = { 'instance-id': 'i-0123456789abcdef0', state: 'running' };
    expect(hintFrom(call(undefined, { detail }))).toMatchObject({ instanceIds: ['i-0123456789abcdef0'] });
  });

  it('is anywhere in the account and Region where it names no instance, and in any Region for IAM', () => {
    expect(hintFrom(call({ groupId: 'sg-1' }))).toMatchObject({ instanceIds: [], region: REGION });
    expect(hintFrom(call({ roleName: 'web' }, { source: 'aws.iam', region: 'us-east-1' }))).toEqual({
      account: ACCOUNT,
      instanceIds: [],
      targetGroupArns: [],
      classic: [],
    });
  });

  it('is at target groups of the very account and Region, and at classic balancers by name', () => {
    const elsewhere = GROUP.replace(ACCOUNT, '602011160022');
    const otherRegion = GROUP.replace(REGION, 'eu-west-1');
    expect(
      hintFrom(
        call(
          { targetGroupArn: GROUP, others: [elsewhere, otherRegion, `${GROUP}/../x`] },
          { source: 'aws.elasticloadbalancing' },
        ),
      ),
    ).toMatchObject({ targetGroupArns: [GROUP] });
    expect(hintFrom(call({ loadBalancerName: 'shop' }))).toMatchObject({ classic: ['shop'] });
    expect(hintFrom(call({ loadBalancerName: '../<b>' }))).toMatchObject({ classic: [] });
  });

  it.each([
    ['no JSON', '{'],
    ['no event', '[]'],
    ['no account', call({}, { account: 'x' })],
    ['another service', call({}, { source: 'aws.s3' })],
    ['a customer', call({}, { source: 'evil' })],
    ['no detail', call({}, { detail: 'x' })],
  ])('is nowhere for %s', (_what, body) => {
    expect(hintFrom(body)).toBeUndefined();
  });

  it('is bounded, however much a call names and however deep', () => {
    const many = Array.from({ length: 900 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    expect(hintFrom(call({ many: many.slice(0, 20) }))?.instanceIds).toHaveLength(20);
    // Nothing hides among many.
    expect(hintFrom(call({ many }))?.instanceIds).toEqual([]);
    const deep = JSON.parse(`${'{"a":'.repeat(900)}"i-0123456789abcdef0"${'}'.repeat(900)}`);
    expect(hintFrom(call(deep))?.instanceIds).toEqual([]);
  });
});

describe('what rules ask for', () => {
  it('is no longer than a pattern may be', () => {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    for (const pattern of Object.values(CHANGE_PATTERNS))
      expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2_048);
  });

  it('has no call that reads: a look causes no other', () => {
    for (const name of CHANGE_PATTERNS.calls.detail.eventName)
      expect(name).not.toMatch(/^(Describe|Get|List|Assume)/);
  });
});
