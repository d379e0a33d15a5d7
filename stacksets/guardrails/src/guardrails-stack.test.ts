import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { compile, lint } from '@cordon/iam';
import { DUTIES, dutyRoleName, TAGS } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { guardrails, GuardrailsStack, type Guardrail } from './guardrails-stack.ts';

const { security, evidence, forensics } = config.accounts;
const all = guardrails(config);
const named = (name: string): Guardrail => {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no guardrail is named ${name}`);
  return found;
};
const statementsOf = ({ name, content }: Guardrail) => compile(content, name).statements;
const textOf = ({ content }: Guardrail): string => JSON.stringify(content);

const work = mkdtempSync(join(tmpdir(), 'cordon-guardrails-'));
afterAll(() => rmSync(work, { recursive: true }));

const synthesize = (targets: readonly string[], folder: string): Template => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'stack-set' });
  return Template.fromStack(
    new GuardrailsStack(app, 'CordonGuardrails', { ...config, guardrails: { targets: [...targets] } }),
  );
};

/** Name of each policy of a template, and where it is attached. */
const attachedIn = (template: Template): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::Organizations::Policy')).map(({ Properties }) => [
      Properties.Name,
      Properties.TargetIds,
    ]),
  );

describe.each(all.map((one) => [one.name, one] as const))('the document of %s', (_name, one) => {
  it('is no longer than Organizations takes', () => {
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    expect(textOf(one).length).toBeLessThanOrEqual(5_120);
  });

  it('compiles, and says nothing that is ambiguous', () => {
    expect(lint(compile(one.content, one.name))).toEqual([]);
  });

  it('takes away and gives nothing', () => {
    expect(new Set(statementsOf(one).map(({ effect }) => effect))).toEqual(new Set(['Deny']));
  });

  it('names principals as its kind must: everybody in a resource control policy, nobody in a service control policy', () => {
    const kinds = statementsOf(one).map(({ principal }) => principal?.entries.map(({ kind }) => kind));
    const wanted = one.type === 'RESOURCE_CONTROL_POLICY' ? ['anyone'] : undefined;
    expect(kinds).toEqual(kinds.map(() => wanted));
  });

  it('names its statements, each otherwise', () => {
    const sids = statementsOf(one).map(({ sid }) => sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  });
});

describe('who is let through', () => {
  it.each([
    'cordon-evidence',
    'cordon-own-accounts',
    'cordon-members',
    'cordon-forensics',
    'cordon-stack-sets',
  ])('%s exempts by the whole ARN of a role: no name that an attacker could choose', (name) => {
    const exempted = statementsOf(named(name))
      .flatMap(({ conditions }) => conditions)
      .filter(({ operator, key }) => operator === 'ArnNotLike' && key === 'aws:PrincipalArn')
      .flatMap(({ values }) => values);
    const allowed = [
      /^arn:aws:iam::\*:role\/(cordon\/\*|cordon\/cordon-(custodian|operator|recorder)|break-glass|stacksets-exec-\*)$/,
      // Nobody but AWS makes a role under that path.
      /^arn:aws:iam::\d{12}:role\/aws-reserved\/sso\.amazonaws\.com\//,
      /^arn:aws:iam::\*:role\/cdk-\*-(cfn-exec|deploy|file-publishing)-role-\*$/,
      new RegExp(`^arn:aws:iam::${security}:role/${config.rollout?.administrator}$`),
      new RegExp(`^arn:aws:iam::${evidence}:role/cordon/cordon-(archivist|disposer)$`),
      new RegExp(`^arn:aws:iam::${forensics}:role/cordon/cordon-forensic-machine$`),
      new RegExp(`^arn:aws:iam::(${security}|${evidence}|${forensics}):role/cdk-\\*-cfn-exec-role-\\*$`),
    ];
    expect(exempted.length).toBeGreaterThan(0);
    expect(exempted.filter((arn) => !allowed.some((pattern) => pattern.test(arn)))).toEqual([]);
  });

  it('lets the role of CDK through in members by the id of an own account alone, for a member can make one of that name', () => {
    expect(textOf(named('cordon-members'))).not.toContain('arn:aws:iam::*:role/cdk-');
  });

  it('lets roles of the evidence account alone through at its vault and keys', () => {
    expect(textOf(named('cordon-evidence-resources'))).not.toContain('arn:aws:iam::*:');
  });

  it('keeps every name that is exempt in members from being taken', () => {
    const [keep] = statementsOf(named('cordon-members')).filter(({ sid }) => sid === 'KeepRoles');
    for (const path of ['role/cordon/*', 'role/stacksets-exec-*', 'role/break-glass'])
      expect(keep?.resource?.patterns).toContain(`arn:aws:iam::*:${path}`);
  });

  it('unlocks no copy of evidence for anybody, and ends and archives none where the deployment names nobody for it', () => {
    const endOf = (of: typeof config) => {
      const content = guardrails(of).find(({ name }) => name === 'cordon-evidence')?.content;
      return statementsOf({ content } as never).find(({ sid }) => sid === 'EndNoCopy');
    };
    expect(endOf(config)?.conditions).toEqual([]);
    const { archiveAfterDays: _never, ...evidence } = config.evidence;
    const text = JSON.stringify(guardrails({ ...config, evidence: { ...evidence, disposers: [] } }));
    expect(text).not.toMatch(/DisposerAlone|ArchivistAlone|cordon-evidence-disposer/);
    expect(text).toContain('"ec2:DeleteSnapshot","ec2:ModifySnapshotTier","ec2:UnlockSnapshot"');
    expect(text).toContain('"s3:DeleteObject","s3:DeleteObjectVersion"');
  });
});

describe('what they name', () => {
  it('is every tag of ours, and every duty', () => {
    for (const tag of Object.values(TAGS)) expect(textOf(named('cordon-members'))).toContain(`"${tag}"`);
    for (const duty of DUTIES)
      expect(textOf(named('cordon-duty-roles'))).toContain(`role/cordon/${dutyRoleName(duty)}"`);
  });

  it('is the staff that the deployment names, and nobody where it names none', () => {
    expect(textOf(named('cordon-duty-roles'))).toContain('role/cordon/cordon-evidence-desk');
    for (const person of [
      ...config.approvals.approvers,
      ...config.evidence.readers,
      ...config.evidence.keepers,
      ...config.evidence.disposers,
    ])
      expect(textOf(named('cordon-own-accounts'))).toContain(person);
    const without = guardrails({
      ...config,
      evidence: { ...config.evidence, readers: [], keepers: [], disposers: [] },
      approvals: { ...config.approvals, approvers: [] },
    });
    expect(JSON.stringify(without)).not.toContain('sso.amazonaws.com');
  });
});

describe('where they are attached', () => {
  const own = [security, evidence, forensics];

  it('is the targets of the configuration, and the own accounts', () => {
    expect(attachedIn(synthesize(['ou-ab12-abcdef12'], 'unit'))).toEqual({
      'cordon-members': ['ou-ab12-abcdef12', ...own],
      'cordon-own-accounts': own,
      'cordon-stack-sets': [security],
      'cordon-evidence': [evidence],
      'cordon-forensics': [forensics],
      'cordon-duty-roles': ['ou-ab12-abcdef12', ...own],
      'cordon-stack-set-roles': [security],
      'cordon-evidence-resources': [evidence],
    });
  });

  it('is neither the root nor a unit when the configuration names no target', () => {
    const targets = Object.values(attachedIn(synthesize([], 'none'))).flat();
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !own.some((account) => account === target))).toEqual([]);
  });

  it('leaves room: with the one that AWS attaches, five policies of a kind fit an account', () => {
    for (const type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const)
      for (const account of own)
        expect(
          all.filter((one) => one.type === type && one.targets.includes(account)).length,
        ).toBeLessThanOrEqual(4);
  });

  it('is the same text whenever it is made, and needs nothing but itself', () => {
    const template = synthesize(['r-root'], 'first').toJSON();
    expect(JSON.stringify(synthesize(['r-root'], 'second').toJSON())).toBe(JSON.stringify(template));
    expect(Object.keys(template).toSorted()).toEqual(['Description', 'Resources']);
  });
});
