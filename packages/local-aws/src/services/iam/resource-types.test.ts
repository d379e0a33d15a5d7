import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, START } from '../testing.ts';
import { addRole } from './build.ts';
import { iamService } from './service.ts';
import { iamState } from './state.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

const setUp = () => {
  const on = bench(iamService);
  const making = { ids: on.ids, now: START };
  const role = addRole(on.world, { account: ACCOUNT, name: 'Web', trust }, making);
  return { ...on, making, role, state: on.world.of(iamState, ACCOUNT, '') };
};

describe('CloudFormation', () => {
  it('creates a role with its policies, a policy in it, and a profile', () => {
    const on = setUp();
    const managed = on.create('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: 'Shared',
      Path: '/team/',
      PolicyDocument: deny,
    });
    const role = on.create('AWS::IAM::Role', {
      RoleName: 'Made',
      Path: '/duty/',
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'own', PolicyDocument: deny }],
      ManagedPolicyArns: [managed.ref],
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    on.create('AWS::IAM::Policy', { PolicyName: 'added', PolicyDocument: deny, Roles: [role.ref] });
    const profile = on.create('AWS::IAM::InstanceProfile', { InstanceProfileName: 'P', Roles: [role.ref] });
    expect(managed.ref).toBe(`arn:aws:iam::${ACCOUNT}:policy/team/Shared`);
    expect(role).toMatchObject({
      ref: 'Made',
      attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/duty/Made` },
    });
    expect(profile.attributes['Arn']).toBe(`arn:aws:iam::${ACCOUNT}:instance-profile/P`);
    const made = on.state.roles.get('Made');
    expect([...(made?.inline.keys() ?? [])]).toEqual(['own', 'added']);
    expect(made?.attached).toEqual([managed.ref]);
  });

  it('names a role that has no name after its stack, within 64 characters', () => {
    const { ref } = setUp().create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust });
    expect(ref).toMatch(/^test-stack-Tested-[A-Z2-7]{12}$/);
  });

  it.each([
    ['AWS::IAM::Role', { AssumeRolePolicyDocument: trust, Strange: 1 }, /AWS::IAM::Role .*Strange/],
    ['AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: deny, Users: ['u'] }, /AWS::IAM::Policy .*Users/],
    ['AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: deny }, /Roles is empty/],
    ['AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: deny, Roles: ['None'] }, /no role None/],
    ['AWS::IAM::Role', { AssumeRolePolicyDocument: deny }, /must name principals/],
    [
      'AWS::IAM::Role',
      { Path: '/aws-service-role/mine/', AssumeRolePolicyDocument: trust },
      /not for service-linked/,
    ],
    ['AWS::IAM::Role', { RoleName: 'Web', AssumeRolePolicyDocument: trust }, /already/],
    ['AWS::IAM::InstanceProfile', { Roles: [] }, /exactly one role/],
  ])('%s refuses %j', (type, properties, message) => {
    expect(() => setUp().create(type, properties)).toThrow(message);
  });
});
