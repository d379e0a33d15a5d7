import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../plan/steps.ts';
import { copiedTags, formerOf } from './launch-spec.ts';
import { registrationsOf } from './registrations.ts';

const reasoned = { gate: 'automatic', because: '', effectOnOthers: '' } as const;
const isolate = (networkInterfaceId: string, ...groupIds: string[]): PlanStep => ({
  ...reasoned,
  kind: 'isolate-interface',
  id: `isolate-interface:${networkInterfaceId}`,
  networkInterfaceId,
  vpcId: 'vpc-1',
  undo: { kind: 'restore-groups', networkInterfaceId, groupIds },
});
const profile = (profileArn: string): PlanStep => ({
  ...reasoned,
  kind: 'replace-profile',
  id: 'replace-profile',
  associationId: 'iip-assoc-1',
  profileArn: 'arn:aws:iam::602011160021:instance-profile/cordon/cordon-quarantine',
  undo: { kind: 'restore-profile', profileArn },
});
const target = (targetId: string, more: object = {}): PlanStep => ({
  ...reasoned,
  kind: 'deregister-target',
  id: `deregister-target:${targetId}`,
  targetGroupArn: 'arn:tg',
  targetId,
  port: 443,
  undo: { kind: 'nothing', because: '' },
  ...more,
});
const classic: PlanStep = {
  ...reasoned,
  kind: 'deregister-from-classic-balancer',
  id: 'deregister-from-classic-balancer:shop',
  name: 'shop',
  undo: { kind: 'nothing', because: '' },
};

describe('what an instance had before it was cut off', () => {
  it('is what the first plan that changed it wrote down', () => {
    const plans = [
      { steps: [isolate('eni-2', 'sg-db'), isolate('eni-1', 'sg-web', 'sg-all')] },
      { steps: [isolate('eni-1', 'sg-later'), profile('arn:former')] },
      { steps: [profile('arn:later')] },
    ];
    expect(formerOf(plans, 'eni-1')).toEqual({ groupIds: ['sg-web', 'sg-all'], profileArn: 'arn:former' });
  });

  it('is nothing where no plan changed it', () => {
    expect(formerOf([{ steps: [isolate('eni-2', 'sg-db')] }], 'eni-1')).toEqual({});
  });
});

describe('the tags that a replacement gets', () => {
  it('are none of AWS and none of ours, however they are spelt', () => {
    const keys = ['Name', 'aws:ec2launchtemplate:id', 'cordon:incident', 'Cordon:policy', 'my:cordon:x'];
    expect(copiedTags(keys.map((key) => ({ key, value: '1' }))).map(({ key }) => key)).toEqual([
      'Name',
      'my:cordon:x',
    ]);
  });

  it('leave room for ours', () => {
    const many = Array.from({ length: 50 }, (_none, index) => ({ key: `key-${index}`, value: '' }));
    expect(copiedTags(many)).toHaveLength(45);
  });
});

describe('where a replacement is registered', () => {
  const pair = { formerId: 'i-1', formerIp: '10.0.0.7', newId: 'i-2', newIp: '10.0.0.9' };

  it('is where the instance was, by its own id and address, each once', () => {
    const found = [target('i-1'), target('i-1'), target('10.0.0.7', { availabilityZone: 'all' }), classic];
    expect(registrationsOf(found, pair)).toEqual({
      registrations: [
        { kind: 'target', targetGroupArn: 'arn:tg', id: 'i-2', port: 443 },
        { kind: 'target', targetGroupArn: 'arn:tg', id: '10.0.0.9', port: 443, availabilityZone: 'all' },
        { kind: 'classic', name: 'shop' },
      ],
      cannot: 0,
    });
  });

  it('is not by an address that it has not', () => {
    expect(registrationsOf([target('10.9.0.7')], pair)).toEqual({ registrations: [], cannot: 1 });
    expect(registrationsOf([target('10.0.0.7')], { formerId: 'i-1', newId: 'i-2' }).cannot).toBe(1);
  });
});
