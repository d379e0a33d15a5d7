import type { ContextEntry, SimulatePrincipalPolicyCommandOutput } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { attachControlPolicy } from '../organizations/control-policies.ts';
import { bench, OTHER_ACCOUNT as MEMBER, rootOf, START } from '../testing.ts';
import { addManagedPolicy, addRole } from './build.ts';
import { iamService } from './service.ts';

const ARN = `arn:aws:iam::${MEMBER}:role/team/Worker`;
const HOST = `arn:aws:ec2:eu-west-1:${MEMBER}:instance/i-1`;

const document = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
});

const setUp = (statements: readonly object[], boundary?: readonly object[]) => {
  const on = bench(iamService);
  const making = { ids: on.ids, now: START };
  const boundaryArn = `arn:aws:iam::${MEMBER}:policy/most`;
  if (boundary !== undefined)
    addManagedPolicy(on.world, { account: MEMBER, name: 'most', document: document(...boundary) });
  addRole(
    on.world,
    {
      account: MEMBER,
      name: 'Worker',
      path: '/team/',
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: MEMBER } }],
      },
      inline: { own: document(...statements) },
      ...(boundary === undefined ? {} : { boundaryArn }),
    },
    making,
  );
  const simulate = (input: object = {}): Promise<SimulatePrincipalPolicyCommandOutput> =>
    on.perform(
      'SimulatePrincipalPolicy',
      { PolicySourceArn: ARN, ActionNames: ['ec2:StopInstances'], ...input },
      { caller: rootOf(MEMBER) },
    );
  const decision = async (input: object = {}): Promise<string | undefined> =>
    (await simulate(input)).EvaluationResults?.[0]?.EvalDecision;
  const control = (kind: 'SCP' | 'RCP', statement: object): void =>
    attachControlPolicy(on.world, {
      kind,
      name: 'theirs',
      target: { kind: 'account', id: MEMBER },
      document: document({ Effect: 'Deny', ...statement }),
    });
  return { ...on, simulate, decision, control };
};

const entry = (
  ContextKeyName: string,
  ContextKeyValues: string[],
  ContextKeyType: ContextEntry['ContextKeyType'] = 'string',
): ContextEntry => ({ ContextKeyName, ContextKeyValues, ContextKeyType });

describe('a simulation', () => {
  it('tells for each action what the policies of the role allow, and changes nothing', async () => {
    const on = setUp([{ Action: 'ec2:StopInstances' }, { Effect: 'Deny', Action: 'ec2:TerminateInstances' }]);
    const { EvaluationResults } = await on.simulate({
      ActionNames: ['ec2:StopInstances', 'ec2:TerminateInstances', 'ec2:RunInstances'],
    });
    expect(
      EvaluationResults?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
    ).toEqual([
      ['ec2:StopInstances', 'allowed'],
      ['ec2:TerminateInstances', 'explicitDeny'],
      ['ec2:RunInstances', 'implicitDeny'],
    ]);
  });

  it('of many resources is as strict as the strictest, and tells of each', async () => {
    const on = setUp([{ Action: 'ec2:StopInstances', Resource: HOST }]);
    const other = HOST.replace('i-1', 'i-2');
    const { EvaluationResults: [result] = [] } = await on.simulate({ ResourceArns: [HOST, other] });
    expect(result).toMatchObject({
      EvalDecision: 'implicitDeny',
      ResourceSpecificResults: [
        { EvalResourceName: HOST, EvalResourceDecision: 'allowed' },
        { EvalResourceName: other, EvalResourceDecision: 'implicitDeny' },
      ],
    });
  });

  it('knows the keys that are given, and no others: none of them comes by itself', async () => {
    const on = setUp([
      {
        Action: 'ec2:StopInstances',
        Condition: {
          StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
        },
      },
    ]);
    const region = entry('aws:RequestedRegion', ['eu-west-1']);
    expect(await on.decision()).toBe('implicitDeny');
    expect(await on.decision({ ContextEntries: [region] })).toBe('allowed');
    const keys = (...names: string[]) => [region, entry('aws:TagKeys', names, 'stringList')];
    expect(await on.decision({ ContextEntries: keys('a', 'b') })).toBe('allowed');
    expect(await on.decision({ ContextEntries: keys('a', 'c') })).toBe('implicitDeny');
  });

  it('minds SCPs with their conditions, and says that it was they; RCPs it does not know', async () => {
    const on = setUp([{ Action: 'ec2:*' }]);
    on.control('RCP', { Principal: '*', Action: 'sts:*' });
    on.control('SCP', {
      Action: 'ec2:StopInstances',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' } },
    });
    const asked = async (ContextEntries: readonly ContextEntry[]) =>
      (await on.simulate({ ContextEntries })).EvaluationResults?.[0];
    expect(await asked([])).toMatchObject({
      EvalDecision: 'explicitDeny',
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    });
    expect(await asked([entry('aws:PrincipalArn', [ARN])])).toMatchObject({
      EvalDecision: 'allowed',
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    });
  });

  it('minds the boundary of the role, and says that it was that', async () => {
    const on = setUp([{ Action: 'ec2:*' }], [{ Action: 'ec2:Describe*' }]);
    const { EvaluationResults: [result] = [] } = await on.simulate();
    expect(result).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    });
    expect(await on.decision({ ActionNames: ['ec2:DescribeInstances'] })).toBe('allowed');
  });

  it.each([
    ['a role that is not there', { PolicySourceArn: `${ARN}2` }, 'NoSuchEntity'],
    ['an action without its service', { ActionNames: ['StopInstances'] }, 'InvalidInput'],
    ['two values of one', { ContextEntries: [entry('aws:RequestedRegion', ['a', 'b'])] }, 'InvalidInput'],
    ['a policy that is given', { PolicyInputList: ['{}'] }, 'UnsupportedOperation'],
    [
      'a resource of another account',
      { ResourceArns: [HOST.replace(MEMBER, '333333333333')] },
      'UnsupportedOperation',
    ],
  ])('is refused of %s', async (_what, input, code) => {
    await expect(setUp([]).simulate(input)).rejects.toMatchObject({ code });
  });

  it('asks for its own right upon the role that is simulated', () => {
    expect(setUp([]).checksOf('SimulatePrincipalPolicy', { PolicySourceArn: ARN })).toEqual([
      { action: 'iam:SimulatePrincipalPolicy', resource: ARN },
    ]);
  });
});
