import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSamePerson, personOf } from './person.ts';

const ROLE = 'AWSReservedSSO_CordonOperators_0123456789abcdef';
const config = {
  organizationId: 'o-cordondrill',
  approvals: {
    approvers: [
      'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_CordonOperators_*',
      'arn:aws:iam::602011150002:user/oncall/carol',
    ],
    expiresAfterMinutes: 30,
    secondPerson: true,
  },
};
const alice = {
  accessKey: 'ASIAX',
  accountId: '602011150002',
  callerId: 'AROAX:alice@example.org',
  cognitoIdentity: null,
  principalOrgId: 'o-cordondrill',
  userArn: `arn:aws:sts::602011150002:assumed-role/${ROLE}/alice@example.org`,
  userId: 'AROAX:alice@example.org',
};
const carol = {
  ...alice,
  userArn: 'arn:aws:iam::602011150002:user/oncall/carol',
  userId: 'AIDAX',
};
/** Another session, whose id says the same name. */
const session = (role: string, name: string, account = '602011150002') => ({
  ...alice,
  accountId: account,
  userArn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  userId: `AROAX:${name}`,
});

describe('personOf', () => {
  it.each([
    ['a session of an approver’s role', alice, 'alice@example.org'],
    ['a user who is listed', carol, 'carol'],
    ['where AWS says no organization', { ...alice, principalOrgId: null }, 'alice@example.org'],
    ['in whatever spelling', session(ROLE, 'Alice@Example.ORG'), 'alice@example.org'],
  ])('knows %s', (_what, authorizer, name) => {
    expect(personOf(authorizer, config)).toMatchObject({ status: 'known', person: { name } });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'alice'],
    ['an empty object', {}],
    ['a list', [alice]],
    ['another organization', { ...alice, principalOrgId: 'o-elsewhere1' }],
    ['an empty organization', { ...alice, principalOrgId: '' }],
    ['a role of another name', session('administrator', 'alice@example.org')],
    ['a role whose name only begins so', session(`${ROLE}0`, 'alice@example.org')],
    ['a role with no suffix', session('AWSReservedSSO_CordonOperators_', 'alice@example.org')],
    [
      'a role with letters that are no digits',
      session('AWSReservedSSO_CordonOperators_0123456789abcdeg', 'alice'),
    ],
    ['the role of another account', session(ROLE, 'alice@example.org', '999900001111')],
    ['an ARN of another account than the caller’s', { ...alice, accountId: '999900001111' }],
    ['an id of another session than the ARN’s', { ...alice, userId: 'AROAX:bob@example.org' }],
    ['an id without a session', { ...alice, userId: 'AROAX' }],
    ['root', { ...alice, userArn: 'arn:aws:iam::602011150002:root', userId: '602011150002' }],
    ['a federated user', { ...alice, userArn: 'arn:aws:sts::602011150002:federated-user/alice' }],
    ['a role itself', { ...alice, userArn: `arn:aws:iam::602011150002:role/${ROLE}` }],
    ['a user who is not listed', { ...carol, userArn: 'arn:aws:iam::602011150002:user/mallory' }],
    ['a session name with a slash', session(ROLE, 'bob/alice')],
    ['a session name with a line break', session(ROLE, 'bob\nalice')],
    ['a second line after the ARN', { ...alice, userArn: `${alice.userArn}\n` }],
    ['an ARN that is too long', session(ROLE, 'a'.repeat(3_000))],
  ])('does not know %s', (_what, authorizer) => {
    expect(personOf(authorizer, config)).toMatchObject({ status: 'unknown', because: expect.any(String) });
  });

  it('knows nobody by what a caller can add beside', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        const { userArn: _arn, userId: _id, accountId: _account, principalOrgId: _org, ...others } = more;
        expect(personOf({ ...session('administrator', 'mallory'), ...others }, config).status).toBe(
          'unknown',
        );
      }),
    );
  });

  it('takes one name for one person, by whatever role or session', () => {
    const one = { name: 'alice@example.org', arn: 'arn:one' };
    expect(isSamePerson(one, { ...one, arn: 'arn:other' })).toBe(true);
    expect(isSamePerson(one, { ...one, name: 'bob@example.org' })).toBe(false);
  });
});
