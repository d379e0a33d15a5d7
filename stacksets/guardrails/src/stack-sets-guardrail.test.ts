import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import { defineConfig, type CordonConfig } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { guardrails, GuardrailsStack } from './guardrails-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-stack-sets-'));
afterAll(() => rmSync(work, { recursive: true }));

const OWN_ACCOUNT = '555555555555';
const ADMINISTRATOR = 'people/stack-set-administrator';
const apart = { account: OWN_ACCOUNT, administrator: ADMINISTRATOR };
const federated = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_StackSets_0123456789abcdef';

type Rollout = { readonly account?: string; readonly administrator?: string } | undefined;
const chosen = (rollout: Rollout): CordonConfig => defineConfig({ ...config, rollout });
const contentOf = (rollout: Rollout, name: string): object => {
  const found = guardrails(chosen(rollout)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no guardrail is named ${name}`);
  return found.content;
};

const allow = compile(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  'everything',
);
const letIn = compile(
  {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: '*', Resource: '*' }],
  },
  'trust',
);

/** Whether a role of an account may do something that everything else allows. */
const may = (
  by: { readonly account: string; readonly role: string },
  asked: Pick<AuthorizationRequest, 'action' | 'resource'> & {
    readonly owner?: string;
    readonly mfa?: string;
  },
  under: { readonly scp?: object; readonly rcp?: object },
): boolean => {
  const roleArn = `arn:aws:iam::${by.account}:role/${by.role}`;
  const { verdict } = authorize({
    principal: {
      kind: 'role-session',
      account: by.account,
      roleArn,
      sessionArn: `arn:aws:sts::${by.account}:assumed-role/${by.role.split('/').at(-1)}/s`,
      roleId: 'AROAEXAMPLEEXAMPLE00',
      sessionName: 's',
    },
    action: asked.action,
    resource: asked.resource,
    resourceAccount: asked.owner ?? by.account,
    context: {
      'aws:PrincipalArn': roleArn,
      'aws:PrincipalAccount': by.account,
      'aws:PrincipalIsAWSService': 'false',
      ...(asked.mfa === undefined ? {} : { 'aws:MultiFactorAuthPresent': asked.mfa }),
    },
    policies: {
      identity: [allow],
      resource: letIn,
      ...(under.scp === undefined ? {} : { serviceControl: [[allow, compile(under.scp, 'scp')]] }),
      ...(under.rcp === undefined ? {} : { resourceControl: [[allowAll, compile(under.rcp, 'rcp')]] }),
    },
    resourcePolicyMode: 'alone-suffices',
  });
  return verdict === 'allow';
};
const allowAll = compile(
  {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  },
  'RCPFullAWSAccess',
);

describe('an account that StackSets alone are in', () => {
  const scp = contentOf(apart, 'cordon-stack-sets');
  const rcp = contentOf(apart, 'cordon-stack-set-roles');
  const deploy = `arn:aws:iam::${OWN_ACCOUNT}:role/cdk-hnb659fds-deploy-role-${OWN_ACCOUNT}-eu-west-1`;
  const execution = `cdk-hnb659fds-cfn-exec-role-${OWN_ACCOUNT}-eu-west-1`;
  const by = (role: string, account = OWN_ACCOUNT) => ({ account, role });
  const writing = { action: 'cloudformation:UpdateStackSet', resource: '*' };

  it.each([
    ['administrator', false],
    [ADMINISTRATOR, true],
    [execution, true],
    ['break-glass', true],
    ['cdk-hnb659fds-deploy-role-555555555555-eu-west-1', false],
    ['stacksets-exec-0a1b2c3d', false],
    ['other/stack-set-administrator', false],
  ])('is written to by %s: %s', (role, answer) => {
    expect(may(by(role), writing, { scp })).toBe(answer);
  });

  it('keeps the stack that remembers its role, and the way into that role, as our own accounts do', () => {
    const changing = { action: 'cloudformation:UpdateStack', resource: '*' };
    const passing = { action: 'iam:PassRole', resource: `arn:aws:iam::${OWN_ACCOUNT}:role/${execution}` };
    const taking = { action: 'sts:AssumeRole', resource: deploy };
    for (const asked of [changing, passing, taking]) {
      expect(may(by('administrator'), asked, { scp })).toBe(false);
      expect(may(by('break-glass'), asked, { scp })).toBe(true);
    }
    expect(may(by(ADMINISTRATOR), taking, { scp })).toBe(true);
    expect(may(by(ADMINISTRATOR), changing, { scp })).toBe(false);
  });

  it('lets nobody change the administrator but break-glass: CloudFormation and a StackSet are nobody, too', () => {
    const asked = {
      action: 'iam:UpdateAssumeRolePolicy',
      resource: `arn:aws:iam::${OWN_ACCOUNT}:role/${ADMINISTRATOR}`,
    };
    for (const role of [ADMINISTRATOR, execution, 'stacksets-exec-0a1b2c3d', 'administrator'])
      expect(may(by(role), asked, { scp })).toBe(false);
    expect(may(by('break-glass'), asked, { scp })).toBe(true);
  });

  it('gives CDK to no other account, whatever the bootstrap trusts', () => {
    const asked = { action: 'sts:AssumeRole', resource: deploy, owner: OWN_ACCOUNT };
    expect(may(by('pipeline', '666666666666'), asked, { rcp })).toBe(false);
    expect(may(by(ADMINISTRATOR, '666666666666'), asked, { rcp })).toBe(false);
    expect(may(by('break-glass', '666666666666'), asked, { rcp })).toBe(false);
    expect(may(by(ADMINISTRATOR), asked, { rcp })).toBe(true);
    expect(may(by('break-glass'), asked, { rcp })).toBe(true);
  });

  it('gives the administrator to people of another account, with MFA', () => {
    const taking = {
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${OWN_ACCOUNT}:role/${ADMINISTRATOR}`,
      owner: OWN_ACCOUNT,
    };
    const person = by('person', '666666666666');
    expect(may(person, { ...taking, mfa: 'true' }, { rcp })).toBe(true);
    expect(may(person, { ...taking, mfa: 'false' }, { rcp })).toBe(false);
    expect(may(person, taking, { rcp })).toBe(false);
    expect(may(by('person'), { ...taking, mfa: 'true' }, { rcp })).toBe(false);
  });
});

describe('who is named', () => {
  it('is nobody but CDK and break-glass where the deployment names no administrator', () => {
    const text = JSON.stringify(contentOf(undefined, 'cordon-stack-sets'));
    expect(text).toContain(`arn:aws:iam::${config.accounts.security}:role/cdk-*-cfn-exec-role-*`);
    expect(text).not.toMatch(/KeepAdministrator|DeployHereAlone/);
    expect(JSON.stringify(contentOf(undefined, 'cordon-stack-set-roles'))).not.toContain('MultiFactor');
  });

  it('is asked for MFA by Identity Center where its role is of it, which no condition sees', () => {
    const text = JSON.stringify(contentOf({ administrator: federated }, 'cordon-stack-set-roles'));
    expect(text).not.toMatch(/MultiFactor|TakeFromElsewhere/);
    expect(JSON.stringify(contentOf({ administrator: federated }, 'cordon-stack-sets'))).toContain(
      `role/${federated}"`,
    );
  });

  it('is named once where our own accounts keep their deployment already', () => {
    const text = JSON.stringify(contentOf({ administrator: ADMINISTRATOR }, 'cordon-stack-sets'));
    expect(text).not.toContain('KeepStacks');
    expect(JSON.stringify(contentOf(apart, 'cordon-stack-sets'))).toContain('KeepStacks');
  });
});

describe('an account of StackSets that is none of ours', () => {
  it('gets what keeps the names that are let through, too', () => {
    for (const name of ['cordon-members', 'cordon-duty-roles', 'cordon-stack-sets', 'cordon-stack-set-roles'])
      expect(guardrails(chosen(apart)).find((one) => one.name === name)?.targets).toContain(OWN_ACCOUNT);
    expect(
      guardrails(chosen(apart)).find((one) => one.name === 'cordon-own-accounts')?.targets,
    ).not.toContain(OWN_ACCOUNT);
  });
});

describe('a document that Organizations would not take', () => {
  it('is refused when it is synthesized, with what to do', () => {
    const approvers = Array.from(
      { length: 5 },
      (_, at) => `arn:aws:iam::${config.accounts.security}:user/somebody-with-a-long-name-${at}`,
    );
    const app = makeApp({ outdir: join(work, 'long'), delivery: 'stack-set' });
    expect(
      () =>
        new GuardrailsStack(app, 'CordonGuardrails', {
          ...config,
          approvals: { ...config.approvals, approvers },
        }),
    ).toThrow(/cordon-own-accounts has 5\d{3} characters.*name fewer people/);
  });
});
