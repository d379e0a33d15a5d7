import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { MEMBER_DUTIES as ALL_DUTIES, SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { MemberAccountStack } from './member-account-stack.ts';
import { synthesizeMember } from './synthesize-member.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The capture of memory, and reading sources, have templates of their own. */
const MEMBER_DUTIES = ALL_DUTIES.filter((duty) => duty !== 'capture' && duty !== 'read-source');

const work = mkdtempSync(join(tmpdir(), 'cordon-member-'));
afterAll(() => rmSync(work, { recursive: true }));

const synthesize = (folder: string): MemberAccountStack => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'stack-set' });
  const stack = new MemberAccountStack(app, 'CordonMemberAccount', config);
  app.synth();
  return stack;
};
const template = Template.fromStack(synthesize('first'));
const json = template.toJSON();

const roleNamed = (
  name: string,
): {
  readonly [property: string]: unknown;
  readonly Policies: readonly [{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }];
} => {
  const [role] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: name } }));
  if (role === undefined) throw new Error(`the template has no role ${name}`);
  return role['Properties'];
};

describe('the member template', () => {
  it('is small enough to be given to a StackSet as text', () => {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
    const given = synthesizeMember(config, join(work, 'given'));
    expect(Buffer.byteLength(JSON.stringify(given))).toBeLessThan(51_200);
  });

  it('is so where accounts are tried too, with two rights more: a data key that nobody there can read, and to ask IAM of its own role', () => {
    const tried = JSON.stringify(
      synthesizeMember({ ...config, coverage: { withinMinutes: 60 } }, join(work, 'tried')),
    );
    expect(Buffer.byteLength(tried)).toBeLessThan(51_200);
    expect(tried.match(/"TryTransitKey"/g)).toHaveLength(1);
    expect(tried.match(/"iam:SimulatePrincipalPolicy"/g)).toHaveLength(2);
    expect(JSON.stringify(json)).not.toMatch(/TryTransitKey|iam:Simulate/);
  });

  it('needs nothing but itself: no parameter, rule, asset or transform', () => {
    expect(Object.keys(json).toSorted()).toEqual(['Conditions', 'Description', 'Resources']);
  });

  it('is the same text whenever it is made', () => {
    expect(JSON.stringify(Template.fromStack(synthesize('second')).toJSON())).toBe(JSON.stringify(json));
  });

  it('makes IAM resources in the home Region alone, and in each Region the rules that send changes', () => {
    expect(json['Conditions']).toEqual({
      IsHomeRegion: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    });
    const everywhere = Object.values(template.toJSON()['Resources']).filter(
      (resource) => !Object.hasOwn(Object(resource), 'Condition'),
    );
    expect(everywhere.map((resource) => Object(resource).Type)).toEqual([
      'AWS::Events::Rule',
      'AWS::Events::Rule',
    ]);
  });

  it('names no account of a member and no Region but the home Region', () => {
    const text = JSON.stringify(json);
    for (const region of config.regions.filter((name) => name !== config.homeRegion))
      expect(text).not.toContain(region);
    const accounts = new Set(text.match(/(?<![0-9])[0-9]{12}(?![0-9])/g));
    expect([...accounts].toSorted()).toEqual([config.accounts.security, config.accounts.evidence]);
  });

  it('sends changes to the one bus of the security account, by a role that can do nothing else', () => {
    const bus = {
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          `:events:eu-west-1:${config.accounts.security}:event-bus/cordon-changes`,
        ],
      ],
    };
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules.map(({ Properties }) => Properties.Name)).toEqual([
      'cordon-changes-calls',
      'cordon-changes-starts',
    ]);
    for (const { Properties } of rules) {
      expect(Properties.Targets).toEqual([
        expect.objectContaining({ Arn: bus, RoleArn: expect.anything(), RetryPolicy: expect.anything() }),
      ]);
      expect(JSON.stringify(Properties.Targets[0].RoleArn)).toContain(':role/cordon/cordon-forward-changes');
    }
    expect(
      roleNamed('cordon-forward-changes').Policies.map(({ PolicyDocument }) => PolicyDocument.Statement),
    ).toEqual([[{ Sid: 'PutOnChangesBus', Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }]]);
  });

  it.each(MEMBER_DUTIES)('has the role of duty %s under our path, with Sids kept', (duty) => {
    const role = roleNamed(`cordon-${duty}`);
    expect(role['Path']).toBe('/cordon/');
    const sids = role.Policies[0].PolicyDocument.Statement.map(({ Sid }) => Sid);
    expect(sids.length).toBeGreaterThan(0);
    expect(sids.every((sid) => typeof sid === 'string')).toBe(true);
  });

  it('allows no duty every action of a service', () => {
    const actions = MEMBER_DUTIES.flatMap(
      (duty) => roleNamed(`cordon-${duty}`).Policies[0].PolicyDocument.Statement,
    )
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action ?? []);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('the quarantine profile', () => {
  const [allow, deny] = roleNamed('cordon-quarantine').Policies[0].PolicyDocument.Statement;

  it('allows the channel of the SSM agent and no reading of parameters, documents or objects', () => {
    const services = [allow?.Action ?? []].flat().map((action) => action.split(':')[0]);
    expect([...new Set(services)]).toEqual(['ssm', 'ssmmessages', 'ec2messages']);
    expect([allow?.Action ?? []].flat().filter((action) => action.startsWith('ssm:'))).toEqual([
      'ssm:UpdateInstanceInformation',
    ]);
  });

  it('denies everything else, whatever is attached to it later', () => {
    expect(deny).toMatchObject({ Effect: 'Deny', NotAction: allow?.Action, Resource: '*' });
  });

  it('is the profile of an instance', () => {
    template.hasResourceProperties('AWS::IAM::InstanceProfile', {
      InstanceProfileName: 'cordon-quarantine',
      Path: '/cordon/',
    });
    expect(roleNamed('cordon-quarantine')['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [{ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });
});

describe('the session deny', () => {
  const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
  const statements: readonly Statement[] = policy?.['Properties'].PolicyDocument.Statement;

  it.each(SESSION_DENY_TAG_KEYS)(
    'denies by session name and by source instance what %s names, and nothing without it',
    (key) => {
      const mine = statements.filter(({ Condition }) =>
        JSON.stringify(Condition).includes(`\${aws:PrincipalTag/${key}}`),
      );
      const guard = { [`aws:PrincipalTag/${key}`]: 'false' };
      expect(mine).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringLike: { 'aws:userid': `*:\${aws:PrincipalTag/${key}}` }, Null: guard },
        }),
        expect.objectContaining({
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { ArnLike: { 'ec2:SourceInstanceARN': expect.anything() }, Null: guard },
        }),
      ]);
      expect(JSON.stringify(mine[1])).toContain(`:ec2:*:*:instance/\${aws:PrincipalTag/${key}}`);
    },
  );

  it('holds two statements for each key and no more', () => {
    expect(statements).toHaveLength(2 * SESSION_DENY_TAG_KEYS.length);
    expect(policy?.['Properties'].ManagedPolicyName).toBe('cordon-deny-contained-sessions');
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(policy?.['Properties'].PolicyDocument).length).toBeLessThan(6_144);
  });
});

describe('the member template of a deployment that writes the session deny into roles', () => {
  const written = synthesizeMember(
    { ...config, containment: { ...config.containment, sessionDeny: 'put-role-policy' } },
    join(work, 'writing'),
  );
  const text = JSON.stringify(written);

  it('lets the revoke duty write policies, and the template that ships does not', () => {
    expect(text).toContain('"iam:PutRolePolicy"');
    expect(text).not.toContain('"iam:AttachRolePolicy"');
    expect(JSON.stringify(json)).not.toContain('"iam:PutRolePolicy"');
  });

  it('lets the release duty delete what was written, and the template that ships lets it detach', () => {
    expect(text).toContain('"iam:DeleteRolePolicy"');
    expect(text).not.toMatch(/"iam:(DetachRolePolicy|UntagRole)"/);
    expect(JSON.stringify(json)).not.toContain('"iam:DeleteRolePolicy"');
    expect(JSON.stringify(json)).toContain('"iam:DetachRolePolicy"');
  });

  it('is small enough too, and keeps the fixed policy for roles that were denied before', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
    expect(text).toContain('"ManagedPolicyName":"cordon-deny-contained-sessions"');
  });
});

describe('the member template of a deployment that launches no replacements', () => {
  const { replacement: _none, ...containment } = config.containment;
  const text = JSON.stringify(synthesizeMember({ ...config, containment }, join(work, 'without')));

  it('has no role that could, and no right to launch or to pass a workload’s role', () => {
    expect(text).not.toContain('cordon-replace');
    expect(text).not.toContain('ec2:RunInstances');
    expect(JSON.stringify(json)).toContain('"RoleName":"cordon-replace"');
  });
});

describe('the member template of a deployment that wants images', () => {
  const imaging = synthesizeMember(
    { ...config, evidence: { ...config.evidence, image: true } },
    join(work, 'imaging'),
  );

  it('lets the acquire duty make them, and is small enough still; the one that ships does not', () => {
    expect(JSON.stringify(imaging)).toContain('"ec2:CreateImage"');
    expect(JSON.stringify(json)).not.toContain('"ec2:CreateImage"');
    expect(Buffer.byteLength(JSON.stringify(imaging))).toBeLessThan(51_200);
    // The largest of all.
    const evidence = { ...config.evidence, image: true };
    const tried = synthesizeMember(
      { ...config, coverage: { withinMinutes: 60 }, evidence },
      join(work, 'tried-imaging'),
    );
    expect(Buffer.byteLength(JSON.stringify(tried))).toBeLessThan(51_200);
  });
});

describe('the member template of a deployment that locks no sources', () => {
  it('has no right to lock', () => {
    const unlocking = synthesizeMember(
      { ...config, evidence: { ...config.evidence, sourceLock: 'off' } },
      join(work, 'unlocking'),
    );
    expect(JSON.stringify(unlocking)).not.toContain('"ec2:LockSnapshot"');
    expect(JSON.stringify(json)).toContain('"ec2:LockSnapshot"');
  });
});
