import { describe, expect, it } from 'vitest';
import { SESSION_POLICY_LIMIT, sessionPolicy } from './session-policy.ts';

const arn = (index: number): string =>
  `arn:aws:ec2:eu-central-1:602011160021:network-interface/eni-0123456789abcd${String(index).padStart(3, '0')}`;

describe('sessionPolicy', () => {
  it('allows reads everywhere, changes only on what is named, and creation only with the incident tag', () => {
    expect(
      sessionPolicy({
        reads: ['ec2:DescribeSnapshots'],
        on: [{ actions: ['ec2:CopySnapshot'], resources: ['arn:aws:ec2:eu-west-1::snapshot/snap-1'] }],
        creates: [{ actions: ['ec2:CopySnapshot'], resources: ['arn:aws:ec2:eu-west-1::snapshot/*'] }],
        incidentTag: { key: 'cordon:incident', value: 'inc-1' },
      }).Statement,
    ).toEqual([
      { Effect: 'Allow', Action: ['ec2:DescribeSnapshots'], Resource: '*' },
      { Effect: 'Allow', Action: ['ec2:CopySnapshot'], Resource: ['arn:aws:ec2:eu-west-1::snapshot/snap-1'] },
      {
        Effect: 'Allow',
        Action: ['ec2:CopySnapshot'],
        Resource: ['arn:aws:ec2:eu-west-1::snapshot/*'],
        Condition: { StringEquals: { 'aws:RequestTag/cordon:incident': 'inc-1' } },
      },
    ]);
  });

  it('leaves out a statement that would have no resource, for IAM refuses one', () => {
    expect(
      sessionPolicy({
        reads: ['ec2:DescribeInstances'],
        on: [{ actions: ['ec2:DeleteSnapshot'], resources: [] }],
      }).Statement,
    ).toHaveLength(1);
  });

  it('refuses to be longer than STS takes, rather than letting AssumeRole fail during an incident', () => {
    const many = Array.from({ length: 40 }, (_, index) => arn(index));
    expect(() =>
      sessionPolicy({
        reads: [],
        on: [{ actions: ['ec2:ModifyNetworkInterfaceAttribute'], resources: many }],
      }),
    ).toThrow(String(SESSION_POLICY_LIMIT));
  });
});
