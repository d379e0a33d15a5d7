import { printable } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { policiesPage, type PoliciesReport } from './policies-page.ts';

const NOTHING: PoliciesReport = {
  denials: [],
  replayed: 858,
  underGiven: 789,
  notExercised: ['stop'],
  unjudgedKeys: [],
  place: { account: '602011160021', region: 'us-west-2' },
  policies: ['SCP theirs.json'],
  warnings: [],
};

const DENIAL: PoliciesReport['denials'][number] = {
  step: 'freeze',
  duty: 'acquire',
  action: 'ec2:CreateSnapshots',
  resource: 'arn:aws:ec2:us-west-2::snapshot/*',
  who: 'arn:aws:iam::602011160021:role/cordon/cordon-acquire',
  layer: 'service-control',
  policy: 'SCP theirs.json',
  sid: 'NoSnapshots',
  why: 'explicit deny',
  assumed: false,
  requests: 3,
};

const pageOf = (more: Partial<PoliciesReport>): string => policiesPage({ ...NOTHING, ...more }, printable);

describe('policiesPage', () => {
  it('says that nothing would be denied, of how many requests, and what was not judged', () => {
    const page = pageOf({});
    expect(page).toContain('  nothing would be denied\n');
    expect(page).toContain('  replayed   858 requests; the policies bear on 789 of them\n');
    expect(page).toContain('  step stop: the response that was replayed has no call of it\n');
    expect(page).not.toContain('hint');
  });

  it('gives each denial a line below its step and what that means, and says what to do', () => {
    const page = pageOf({ denials: [DENIAL] });
    expect(page).toContain('  WOULD BE DENIED: 1 thing in 1 step\n');
    expect(page).toContain(
      '\nfreeze: snapshots or context may be missing: evidence fails; containment goes on\n',
    );
    expect(page).toContain(
      '  ec2:CreateSnapshots on arn:aws:ec2:us-west-2::snapshot/*, by cordon-acquire: service-control, SCP theirs.json/NoSnapshots (3 times)\n',
    );
    expect(page).toContain('"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/cordon/*"}\n');
  });

  it.each<[string, Partial<typeof DENIAL>, RegExp]>([
    ['services', { who: 'lambda.amazonaws.com', layer: 'resource-control' }, /hint {2}except AWS services/],
    ['a key', { layer: 'resource' }, /hint {2}let the key's policy give kms:\*/],
  ])('has a hint of its own for %s', (_what, more, hint) => {
    expect(pageOf({ denials: [{ ...DENIAL, ...more }] })).toMatch(hint);
  });

  it('has a hint of its own for a list that lacks an action', () => {
    const { sid: _none, ...listed } = DENIAL;
    const page = pageOf({ denials: [listed] });
    expect(page).toContain('no statement of SCP theirs.json allows it');
    expect(page).toContain('hint  add the actions to an Allow statement');
    expect(page).not.toContain('ArnNotLike');
  });

  it('lets no text of a document act on the terminal', () => {
    const hostile = 'a\u001B[2J\nfreeze: all is well `id` <b>';
    const page = pageOf({
      policies: [hostile],
      denials: [{ ...DENIAL, policy: hostile, sid: hostile }],
      unjudgedKeys: [{ policy: hostile, sid: hostile, key: hostile, because: 'it is never given here' }],
      warnings: [{ policy: hostile, sid: hostile, rule: 'not-principal', message: hostile }],
    });
    expect(page).not.toMatch(/[^\n -~]|[`<>$]/);
    expect(page).not.toMatch(/^freeze: all is well/m);
  });

  it('says which way disks under a key take', () => {
    expect(pageOf({ route: 'transit' })).toContain('  key        the key does not admit the custodian');
    expect(pageOf({ route: 'direct' })).toContain('  key        the key admits the custodian');
  });
});
