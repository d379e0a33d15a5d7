import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
import { beforeAll, describe, expect, it } from 'vitest';
import { config as commercial } from '../../cordon.config.ts';
import { everyTemplate } from '../simulation/every-template.ts';
import { guardrails } from '../../stacksets/guardrails/src/guardrails-stack.ts';

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
  xray: {},
  notifications: { email: ['a@example.com'], chat: true, securityHub: true },
});

/** Every template of the product, as text, by its stack's name. */
let templates: ReadonlyMap<string, string>;
beforeAll(() => {
  templates = everyTemplate(config);
}, 240_000);

describe('a deployment in GovCloud', () => {
  it('is all templates of the product, and none names another partition', () => {
    const built = readdirSync(join(ROOT, 'stacksets/member-account/cdk.out')).filter((file) =>
      file.endsWith('.template.json'),
    );
    const stacks = built.map((file) => file.replace('.template.json', ''));
    expect([...templates.keys()]).toEqual(expect.arrayContaining(stacks));
    expect(templates.size).toBe(13);
    for (const [file, text] of templates)
      expect([file, /.{60}arn:aws(?![-a-z])[:\\"]?.{20}/.exec(text)?.[0]]).toEqual([file, undefined]);
  });

  it('has a member’s template that StackSets still take as text', () => {
    expect(Buffer.byteLength(templates.get('CordonMemberAccount') ?? '')).toBeLessThan(51_200);
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
