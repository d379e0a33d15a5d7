import { describe, expect, it } from 'vitest';
import { addOwnRole } from '../testing/furnish-member.ts';
import { asDuty, asFunction } from '../testing/good-journal.ts';
import { seededIds } from '@cordon/local-aws';
import { goodRun } from '../testing/good-run.ts';
import { ACCOUNTS, INCIDENT, MEMBER, SIBLING } from '../testing/places.ts';
import { brokenIn, call, contain, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a call of ours is denied',
    tamper: (run) => call(run, { ...contain('ec2 StopInstances'), failed: 'UnauthorizedOperation' }),
    says: /StopInstances by cordon-contain was denied/,
  },
  {
    when: 'a key is probed by another duty',
    tamper: (run) => call(run, { ...contain('kms DescribeKey'), failed: 'AccessDeniedException' }),
    says: /DescribeKey by cordon-contain was denied/,
  },
  {
    when: 'a step assumes a duty that is not its own',
    tamper: (run) =>
      call(run, {
        at: 700,
        by: asFunction('inspect'),
        does: 'sts AssumeRole',
        input: {
          RoleArn: `arn:aws:iam::${MEMBER}:role/cordon/cordon-contain`,
          RoleSessionName: INCIDENT,
          SourceIdentity: INCIDENT,
        },
      }),
    says: /cordon-contain, which is not its duty/,
  },
  {
    when: 'a duty is assumed without source identity',
    tamper: (run) =>
      call(run, {
        at: 700,
        by: asFunction('inspect'),
        does: 'sts AssumeRole',
        input: { RoleArn: `arn:aws:iam::${MEMBER}:role/cordon/cordon-inspect`, RoleSessionName: INCIDENT },
      }),
    says: /source identity undefined/,
  },
  ...(
    [
      ['without a session policy', undefined, /without a session policy/],
      ['with a session policy of no statement', '{}', /that says nothing/],
      ['with a session policy that is no JSON', 'none', /that says nothing/],
      ['for every action', { Action: '*', Resource: '*' }, /as wide as \*/],
      ['for every action of a service', { Action: 'ec2:*', Resource: 'x' }, /as wide as ec2:\*/],
      ['for changes anywhere', { Action: ['ec2:StopInstances'], Resource: '*' }, /as wide as \*/],
      [
        'for any key of any account',
        { Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-central-1:*:key/*' },
        /as wide as arn:aws:kms:eu-central-1:\*:key/,
      ],
      [
        'for any instance of the account',
        { Action: 'ec2:StopInstances', Resource: `arn:aws:ec2:eu-central-1:${MEMBER}:instance/*` },
        /as wide as .*instance\/\*/,
      ],
    ] as const
  ).map(([how, policy, says]): Tampering => ({
    when: `a duty is assumed ${how}`,
    tamper: (run) =>
      call(run, {
        at: 700,
        by: asFunction('inspect'),
        does: 'sts AssumeRole',
        input: {
          RoleArn: `arn:aws:iam::${MEMBER}:role/cordon/cordon-inspect`,
          RoleSessionName: INCIDENT,
          SourceIdentity: INCIDENT,
          ...(policy === undefined
            ? {}
            : {
                Policy:
                  typeof policy === 'string'
                    ? policy
                    : JSON.stringify({ Statement: [{ Effect: 'Allow', ...policy }] }),
              }),
        },
      }),
    says,
  })),
  {
    when: 'a duty acts in a session that no step opened',
    tamper: (run) =>
      call(run, { ...contain('ec2 DescribeSecurityGroups'), by: `${MEMBER}/cordon-contain/somebody` }),
    says: /in session somebody, which no step opened/,
  },
  {
    when: 'the vault is written by another',
    tamper: (run) =>
      call(run, {
        at: 11_000,
        by: asDuty('take-custody', ACCOUNTS.evidence),
        does: 's3 PutObject',
        input: { Bucket: `cordon-vault-${ACCOUNTS.evidence}` },
      }),
    says: /writes the vault as .*cordon-custodian/,
  },
  {
    when: 'a role of ours that is no duty acts in a member account',
    tamper: (run) => {
      addOwnRole(run.world, seededIds('helper'), MEMBER, 'cordon-helper');
      call(run, { at: 2_000, by: `${MEMBER}/cordon-helper/${INCIDENT}`, does: 'ec2 DescribeInstances' });
    },
    says: /by cordon-helper in 602011150005 is by no duty/,
  },
  {
    when: 'a duty is assumed under a name that is no incident',
    tamper: (run) =>
      call(run, {
        at: 700,
        by: asFunction('inspect'),
        does: 'sts AssumeRole',
        input: {
          RoleArn: `arn:aws:iam::${MEMBER}:role/cordon/cordon-inspect`,
          RoleSessionName: 'me',
          SourceIdentity: 'me',
        },
      }),
    says: /as me with source identity me/,
  },
  {
    when: 'somebody outside writes the vault',
    tamper: (run) =>
      call(run, {
        at: 11_000,
        by: `${MEMBER}/web-app/${SIBLING}`,
        does: 's3 DeleteObject',
        input: { Bucket: `cordon-vault-${ACCOUNTS.evidence}` },
      }),
    says: /DeleteObject writes the vault/,
  },
];

describe('no-call-outside-a-duty', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['no-call-outside-a-duty', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'no-call-outside-a-duty')?.detail).toMatch(says);
  });

  it.each(['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException'])(
    'takes %s for a denial',
    (failed) => {
      const run = goodRun();
      call(run, { at: 2_000, by: asFunction('seal'), does: 'sns Subscribe', failed });
      expect(brokenIn(run.remains).map(({ id }) => id)).toEqual(['no-call-outside-a-duty']);
    },
  );
});
