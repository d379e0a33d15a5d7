import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { authorize, compile, lint, type AuthorizationRequest } from '@cordon/iam';
import { ownEvent } from '@cordon/drill';
import {
  CONTAIN_ONLY,
  defineConfig,
  instanceFacts,
  parseFinding,
  plan,
  TAGS,
  triage,
} from '@cordon/incident';
import { containStatements } from '@cordon/responder/needs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EvidenceHomeStack } from '../../apps/evidence-account/src/evidence-home-stack.ts';
import { EvidenceRegionStack } from '../../apps/evidence-account/src/evidence-region-stack.ts';
import { ForensicsHomeStack } from '../../apps/forensics-account/src/forensics-home-stack.ts';
import { ForensicsRegionStack } from '../../apps/forensics-account/src/forensics-region-stack.ts';
import { SecurityHomeStack } from '../../apps/security-account/src/security-home-stack.ts';
import { SecurityRegionStack } from '../../apps/security-account/src/security-region-stack.ts';
import { config as commercial } from '../../cordon.config.ts';
import { guardrails, GuardrailsStack } from '../../stacksets/guardrails/src/guardrails-stack.ts';
import { synthesizeMember } from '../../stacksets/member-account/src/synthesize-member.ts';
import { memberTemplates } from '../../stacksets/rollout/src/member-templates.ts';
import { RolloutStack } from '../../stacksets/rollout/src/rollout-stack.ts';
import { StaffStack } from '../../stacksets/staff/src/staff-stack.ts';
import { StaffUsersStack } from '../../stacksets/staff/src/staff-users-stack.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOME = 'us-gov-west-1';
const MEMBER = '602011160021';

const inGov = (arns: readonly string[]): string[] =>
  arns.map((arn) => arn.replace(/^arn:aws:/, 'arn:aws-us-gov:'));

/** The deployment of the repository, with all that it chooses, in GovCloud. */
const config = defineConfig({
  ...commercial,
  homeRegion: HOME,
  regions: [HOME, 'us-gov-east-1'],
  approvals: { ...commercial.approvals, approvers: inGov(commercial.approvals.approvers) },
  evidence: {
    ...commercial.evidence,
    readers: inGov(commercial.evidence.readers),
    keepers: inGov(commercial.evidence.keepers),
    disposers: inGov(commercial.evidence.disposers),
  },
  heartbeat: {},
  notifications: { email: ['a@example.com'], chat: true, securityHub: true },
});

const work = mkdtempSync(join(tmpdir(), 'cordon-govcloud-'));
afterAll(() => rmSync(work, { recursive: true }));

/** Every template of the product, as text, by its file's name. */
const templates = new Map<string, string>();

beforeAll(() => {
  const code = (account: string): string => join(ROOT, `apps/${account}/dist`);
  const apps: readonly (readonly [string, (app: ReturnType<typeof makeApp>) => void])[] = [
    [
      'security',
      (app) => {
        new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: code('security-account') });
        new SecurityRegionStack(app, 'CordonSecurityRegion', config);
      },
    ],
    [
      'evidence',
      (app) => {
        const codeRoot = code('evidence-account');
        new EvidenceHomeStack(app, 'CordonEvidenceHome', { config, codeRoot });
        new EvidenceRegionStack(app, 'CordonEvidenceRegion', { config, codeRoot });
      },
    ],
    [
      'forensics',
      (app) => {
        new ForensicsHomeStack(app, 'CordonForensicsHome', config);
        new ForensicsRegionStack(app, 'CordonForensicsRegion', config);
      },
    ],
    ['guardrails', (app) => new GuardrailsStack(app, 'CordonGuardrails', config)],
    [
      'staff',
      (app) => {
        new StaffStack(app, 'CordonStaff', config);
        new StaffUsersStack(app, 'CordonStaffUsers', config);
      },
    ],
    [
      'rollout',
      (app) =>
        new RolloutStack(app, 'CordonRollout', { config, templates: memberTemplates(join(work, 'member')) }),
    ],
  ];
  synthesizeMember(config, join(work, 'member'));
  for (const [name, stacks] of apps) {
    const app = makeApp({
      outdir: join(work, name),
      delivery: name === 'guardrails' || name === 'staff' ? 'stack-set' : 'account',
    });
    stacks(app);
    app.synth();
  }
  for (const folder of ['member', ...apps.map(([name]) => name)])
    for (const file of readdirSync(join(work, folder)))
      if (file.endsWith('.template.json'))
        templates.set(file, readFileSync(join(work, folder, file), 'utf8'));
}, 240_000);

describe('a deployment in GovCloud', () => {
  it('is all templates of the product, and none names another partition', () => {
    const built = readdirSync(join(ROOT, 'stacksets/member-account/cdk.out')).filter((file) =>
      file.endsWith('.template.json'),
    );
    expect([...templates.keys()]).toEqual(expect.arrayContaining(built));
    expect(templates.size).toBe(13);
    for (const [file, text] of templates)
      expect([file, /.{60}arn:aws(?![-a-z])[:\\"]?.{20}/.exec(text)?.[0]]).toEqual([file, undefined]);
  });

  it('has a member’s template that StackSets still take as text', () => {
    expect(Buffer.byteLength(templates.get('CordonMemberAccount.template.json') ?? '')).toBeLessThan(51_200);
  });

  it('has control policies as long as AWS takes them, in which a wildcard stands for the partition', () => {
    for (const { name, content } of guardrails(config)) {
      const text = JSON.stringify(content);
      expect([name, text.length <= 5_120]).toEqual([name, true]);
      expect([name, text.includes('arn:*:'), lint(compile(content, name))]).toMatchObject([name, true, []]);
    }
  });
});

const names = {
  partition: 'aws-us-gov',
  account: MEMBER,
  securityAccount: config.accounts.security,
  evidenceAccount: config.accounts.evidence,
  forensicsAccount: config.accounts.forensics,
  homeRegion: HOME,
  organizationId: config.organizationId,
};
const everything = compile(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'all',
);

/** What becomes of a session's call on a contained instance of the member. */
const asked = (roleName: string, policy: typeof everything, action = 'ec2:StopInstances') => {
  const roleArn = `arn:aws-us-gov:iam::${MEMBER}:role/${roleName}`;
  const [members] = guardrails(config);
  const request: AuthorizationRequest = {
    principal: {
      kind: 'role-session',
      account: MEMBER,
      roleArn,
      sessionArn: `arn:aws-us-gov:sts::${MEMBER}:assumed-role/${roleName.split('/').at(-1) ?? ''}/somebody`,
      roleId: 'AROAEXAMPLEEXAMPLE000',
      sessionName: 'somebody',
    },
    action,
    resource: `arn:aws-us-gov:ec2:${HOME}:${MEMBER}:instance/i-0123456789abcdef0`,
    resourceAccount: MEMBER,
    context: {
      'aws:PrincipalArn': roleArn,
      'aws:PrincipalAccount': MEMBER,
      'aws:PrincipalTag/incident': 'inc-20261121-gov',
      [`aws:ResourceTag/${TAGS.incident}`]: 'inc-20261121-gov',
    },
    policies: {
      identity: [policy],
      serviceControl: [[everything, compile(members?.content ?? {}, 'cordon-members')]],
    },
  };
  return authorize(request);
};

describe('the policies in GovCloud', () => {
  const contain = compile(
    { Version: '2012-10-17', Statement: containStatements(names, config.containment) },
    'contain',
  );

  it('let the contain duty stop a contained instance, and never end it', () => {
    expect(asked('cordon/cordon-contain', contain).verdict).toBe('allow');
    expect(asked('cordon/cordon-contain', contain, 'ec2:TerminateInstances').verdict).toBe('deny');
  });

  it('keep the account’s own administrator from it, and let break-glass through', () => {
    expect(asked('Admin', everything)).toMatchObject({ verdict: 'deny', layer: 'explicit-deny' });
    expect(asked('break-glass', everything).verdict).toBe('allow');
  });
});

describe('a finding of GovCloud', () => {
  const event: unknown = JSON.parse(
    JSON.stringify(ownEvent({ seed: 'govcloud', profile: true }))
      .replaceAll(/"(eu|us|ap)-[a-z]+-\d"/g, `"${HOME}"`)
      .replaceAll('arn:aws:', 'arn:aws-us-gov:')
      .replaceAll('"partition":"aws"', '"partition":"aws-us-gov"'),
  );

  it('is read, answered and planned as any', () => {
    const parsed = parseFinding(event);
    if (parsed.status !== 'parsed') throw new Error(parsed.because.message);
    const { finding } = parsed;
    expect(finding).toMatchObject({ partition: 'aws-us-gov', region: HOME });
    const verdict = triage(finding, config.policy, {
      evidenceAccount: config.accounts.evidence,
      forensicsAccount: config.accounts.forensics,
      securityAccount: config.accounts.security,
      places: new Map(finding.subjects.map(({ account }) => [account, { units: ['r-root'] }])),
    });
    expect(verdict).toMatchObject({ decision: 'respond', respondTo: [{ region: HOME }] });

    const [subject] = verdict.respondTo;
    const profileArn = `arn:aws-us-gov:iam::${subject?.account ?? ''}:instance-profile/web`;
    const made = plan({
      incidentId: 'inc-20261121-gov',
      facts: instanceFacts.parse({
        ...subject,
        state: 'running',
        spot: false,
        networkInterfaces: [
          { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-web'], requesterManaged: false },
        ],
        volumes: [],
        isolationGroups: [],
        addresses: [],
        readAt: '2026-11-21T03:00:01.000Z',
        profile: { associationId: 'iip-assoc-1', profileArn },
      }),
      posture: CONTAIN_ONLY,
    });
    expect(made.steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['isolate-interface', 'deny-sessions']),
    );
    expect(JSON.stringify(made)).toContain(profileArn);
  });
});
