import type { AuthorizationRequest } from '@cordon/iam';
import type { Caller, JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { attribute } from './step-of.ts';

const accounts = {
  management: '602011150001',
  security: '602011150002',
  evidence: '602011150003',
  forensics: '602011150004',
};
const MEMBER = '602011160021';

const opened: JournalCall = {
  index: 0,
  service: 'sts',
  operation: 'AssumeRole',
  region: 'eu-central-1',
  account: accounts.security,
  accessKeyId: 'ASIAFUNCTION',
  caller: `arn:aws:sts::${accounts.security}:assumed-role/cordon-freeze/cordon-freeze`,
  sentAt: 0,
  input: {},
  checks: [],
  outcome: 'ok',
  output: { Credentials: { AccessKeyId: 'ASIADUTY' } },
  requestId: 'r',
};

const session = (account: string, name: string, accessKeyId = ''): Caller => ({
  account,
  principal: {
    kind: 'role-session',
    account,
    roleArn: `arn:aws:iam::${account}:role/${name}`,
    sessionArn: `arn:aws:sts::${account}:assumed-role/${name.slice(name.lastIndexOf('/') + 1)}/s`,
    roleId: 'AROA1',
    sessionName: 's',
  },
  accessKeyId,
  context: {},
  sessionPolicies: [],
  transitiveTags: {},
});
const service = (name: string): Caller => ({
  ...session(MEMBER, 'x'),
  principal: { kind: 'service', service: name },
});

const asked = (caller: Caller, resource = '*'): AuthorizationRequest => ({
  principal: caller.principal,
  action: 'ec2:DescribeInstances',
  resource,
  resourceAccount: undefined,
  context: {},
  policies: { identity: [] },
});

describe('attribute', () => {
  const attributionOf = attribute([opened], accounts);
  const roleOf = (name: string) => `arn:aws:iam::${accounts.security}:role/cordon/${name}`;

  it.each<[string, Caller, string, object]>([
    ["a function's own role", session(accounts.security, 'cordon/cordon-seal'), '*', { step: 'seal' }],
    // The function's role and the duty's bear one name in two accounts.
    [
      'the function of inspect',
      session(accounts.security, 'cordon/cordon-inspect'),
      '*',
      { step: 'inspect' },
    ],
    ['the recorder', session(accounts.evidence, 'cordon/cordon-recorder'), '*', { step: 'recorder' }],
    [
      'the state machine',
      session(accounts.security, 'cordon/cordon-incident-response'),
      '*',
      { step: 'workflow' },
    ],
    [
      'the forwarding rule',
      session(accounts.security, 'cordon/CordonSecurityRegion-ForwardRole-GPVNPHM5V5C3'),
      '*',
      { step: 'forward' },
    ],
    [
      "a duty's session, by who opened it",
      session(MEMBER, 'cordon/cordon-acquire', 'ASIADUTY'),
      '*',
      { step: 'freeze', duty: 'acquire' },
    ],
    [
      'a service that takes on a role',
      service('lambda.amazonaws.com'),
      roleOf('cordon-stop'),
      { step: 'stop' },
    ],
    [
      'the service that keeps recordings of sessions',
      service('logs.eu-west-1.amazonaws.com'),
      '*',
      { step: 'investigate' },
    ],
    ['a service that brings a finding', service('events.amazonaws.com'), '*', { step: 'forward' }],
    ['a workload', session(MEMBER, 'shop-web'), '*', { step: 'instance' }],
    ['a quarantined instance', session(MEMBER, 'cordon/cordon-quarantine'), '*', { step: 'instance' }],
  ])('tells the step of %s', (_who, caller, resource, attribution) => {
    expect(attributionOf(asked(caller, resource), caller)).toEqual(attribution);
  });

  it("throws for a duty's session that no step opened", () => {
    const caller = session(MEMBER, 'cordon/cordon-acquire', 'ASIASTRANGER');
    expect(() => attributionOf(asked(caller), caller)).toThrow(/ASIASTRANGER\) was opened by no step/);
  });
});
