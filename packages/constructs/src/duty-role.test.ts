import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DUTIES, dutyPerformers, type Duty } from '@cordon/incident';
import { DutyRole } from './duty-role.ts';

const names = {
  partition: 'aws',
  account: '999999999999',
  securityAccount: '602011150002',
  evidenceAccount: '602011150003',
  forensicsAccount: '602011150004',
  homeRegion: 'eu-west-1',
  organizationId: 'o-cordondrill',
};

const roleOf = (duty: Duty): Record<string, unknown> => {
  const stack = new Stack(new App(), 'Test');
  const statements = [{ Sid: 'Read', Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' }];
  new DutyRole(stack, 'Duty', { duty, names, statements });
  const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  return role?.['Properties'] as Record<string, unknown>;
};

const shared = (Condition: object): object => ({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::602011150002:root' },
  Condition,
});

describe('DutyRole', () => {
  it('trusts the performers of its duty, while they act for an incident, and nobody else', () => {
    const who = {
      ArnEquals: {
        'aws:PrincipalArn': [
          'arn:aws:iam::602011150002:role/cordon/cordon-freeze',
          'arn:aws:iam::602011150002:role/cordon/cordon-hand-over',
        ],
      },
      StringEquals: { 'aws:PrincipalOrgID': 'o-cordondrill' },
    };
    const tag = { 'aws:RequestTag/incident': 'inc-*' };
    const identity = { 'sts:SourceIdentity': 'inc-*' };
    expect(roleOf('acquire')['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Act',
          Action: 'sts:AssumeRole',
          ...shared({ ...who, StringLike: { 'sts:RoleSessionName': 'inc-*', ...identity, ...tag } }),
        },
        {
          Sid: 'Tag',
          Action: 'sts:TagSession',
          ...shared({
            ...who,
            StringLike: tag,
            'ForAllValues:StringEquals': { 'aws:TagKeys': 'incident' },
            Null: { 'aws:TagKeys': 'false' },
          }),
        },
        { Sid: 'Name', Action: 'sts:SetSourceIdentity', ...shared({ ...who, StringLike: identity }) },
      ],
    });
  });

  it.each(DUTIES)('gives %s a performer, a contract name, and a trust policy that IAM takes', (duty) => {
    const role = roleOf(duty);
    expect(
      dutyPerformers('aws', { security: names.securityAccount, evidence: names.evidenceAccount }, duty)
        .length,
    ).toBeGreaterThan(0);
    expect(role).toMatchObject({ RoleName: `cordon-${duty}`, Path: '/cordon/', MaxSessionDuration: 3_600 });
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 2,048 characters unless raised.
    expect(JSON.stringify(role['AssumeRolePolicyDocument']).length).toBeLessThan(2_048);
  });
});
