import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { readApprover } from '@cordon/incident';
import { STAFF } from '@cordon/responder/needs';
import { config } from '../../../cordon.config.ts';
import { NOBODY, PERMISSION_SETS, StaffStack } from './staff-stack.ts';
import { StaffUsersStack } from './staff-users-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-staff-'));
afterAll(() => rmSync(work, { recursive: true }));
const app = makeApp({ outdir: work, delivery: 'stack-set' });
const stacks = {
  staff: new StaffStack(app, 'CordonStaff', config),
  users: new StaffUsersStack(app, 'CordonStaffUsers', config),
};
app.synth();
const staff = Template.fromStack(stacks.staff);
const users = Template.fromStack(stacks.users);

const resources = (template: Template, type: string) =>
  Object.entries(template.findResources(type)).map(([id, found]) => ({
    id,
    condition: found['Condition'] as unknown,
    ...found['Properties'],
  }));
const sets = resources(staff, 'AWS::SSO::PermissionSet');

describe('the permission sets', () => {
  it('are one of each kind, with sessions of hours', () => {
    expect(sets.map(({ Name }) => Name)).toEqual(STAFF.map((kind) => PERMISSION_SETS[kind].name));
    for (const { SessionDuration } of sets) expect(SessionDuration).toMatch(/^PT[1-8]H$/);
  });

  it('fit into what Identity Center takes as an inline policy', () => {
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
    for (const { InlinePolicy } of sets) expect(JSON.stringify(InlinePolicy).length).toBeLessThan(10_240);
  });

  it('let nobody start a session without the check of its document', () => {
    const examiner = sets.find(({ Name }) => Name === 'CordonForensics');
    const starts = examiner?.InlinePolicy.Statement.filter(
      ({ Action }: { Action: unknown }) => Action === 'ssm:StartSession',
    );
    expect(starts).toMatchObject([
      { Condition: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } } },
      {
        Resource: {
          'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':document/cordon-session')])],
        },
      },
    ]);
    const others = sets.filter(({ Name }) => Name !== 'CordonForensics');
    expect(JSON.stringify(others)).not.toMatch(/ssm:(Start|Resume|Send|Describe)/);
  });

  it('are assigned to a group only where its id is given, in the account of their kind', () => {
    const assignments = resources(staff, 'AWS::SSO::Assignment');
    expect(assignments.map(({ TargetId }) => TargetId)).toEqual(
      STAFF.flatMap((kind) => {
        const { account, alsoIn = [] } = PERMISSION_SETS[kind];
        return [account, ...alsoIn].map((one) => config.accounts[one]);
      }),
    );
    for (const { condition, PrincipalId } of assignments) {
      const name = String(PrincipalId.Ref).replace(/Group$/, '');
      expect(condition).toBe(`${name}Given`);
      expect(staff.toJSON()['Conditions'][`${name}Given`]).toEqual({
        'Fn::Not': [{ 'Fn::Equals': [PrincipalId, NOBODY] }],
      });
    }
  });

  it('bear the names that the configuration lets in', () => {
    const named = [...config.approvals.approvers, ...config.evidence.readers, ...config.evidence.keepers].map(
      (arn) => readApprover(arn),
    );
    const made = STAFF.map((kind) => {
      const { name, account } = PERMISSION_SETS[kind];
      return `${config.accounts[account]} AWSReservedSSO_${name}_`;
    });
    for (const { account, name } of named) expect(made).toContain(`${account} ${name}`);
  });
});

describe('the policies of IAM users', () => {
  it('say the same, and every statement asks for MFA', () => {
    const policies = resources(users, 'AWS::IAM::ManagedPolicy');
    expect(policies.map(({ ManagedPolicyName }) => ManagedPolicyName)).toEqual(
      STAFF.map((kind) => `cordon-staff-${kind}`),
    );
    for (const [index, { PolicyDocument }] of policies.entries()) {
      const statements: readonly { Condition: object; Action: unknown }[] = PolicyDocument.Statement;
      for (const { Condition } of statements)
        expect(Condition).toMatchObject({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
      expect(statements.map(({ Action }) => Action)).toEqual(
        sets[index]?.InlinePolicy.Statement.map(({ Action }: { Action: unknown }) => Action),
      );
    }
  });
});
