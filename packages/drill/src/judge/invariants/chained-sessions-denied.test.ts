import { addManagedPolicy, addRole, iamState, seededIds } from '@cordon/local-aws';
import { SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import type { Remains } from '../remains.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { MEMBER, SIBLING, START, SUSPECT } from '../testing/places.ts';
import { attach, brokenIn, found } from '../testing/tampering.ts';

const [key] = SESSION_DENY_TAG_KEYS;

/** The good run, whose suspect and sibling assumed a role under names of their own; the suspect's is denied. */
const chainedRun = (): GoodRun & { readonly remains: Remains } => {
  const run = goodRun();
  const making = { ids: seededIds('chain'), now: START };
  const statement = (more: object) => ({ Version: '2012-10-17', Statement: [more] });
  const deny = addManagedPolicy(run.world, {
    account: MEMBER,
    name: 'denies-marked',
    document: statement({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        StringLike: { 'aws:userid': `*:\${aws:PrincipalTag/${key}}` },
        Null: { [`aws:PrincipalTag/${key}`]: 'false' },
      },
    }),
  });
  const role = addRole(
    run.world,
    {
      account: MEMBER,
      name: 'publisher',
      trust: statement({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${MEMBER}:root` },
        Action: 'sts:AssumeRole',
      }),
      inline: {
        publish: statement({ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::site/*' }),
      },
      attached: [deny.arn],
      tags: { [key]: 'nightly-report' },
    },
    making,
  );
  const roleChain = {
    roleArn: role.arn,
    suspectId: SUSPECT,
    attackersSession: 'nightly-report',
    siblingId: SIBLING,
    siblingsSession: 'web-publisher',
  };
  return { ...run, remains: { ...run.remains, roleChain } };
};

const publisher = ({ world }: GoodRun) => found(world.of(iamState, MEMBER, '').roles.get('publisher'));

const tamperings: readonly {
  readonly when: string;
  readonly tamper: (run: GoodRun) => void;
  readonly says: RegExp;
}[] = [
  {
    when: 'the deny is taken off the role',
    tamper: (run) => publisher(run).attached.splice(0),
    says: /is still allowed s3:PutObject/,
  },
  {
    when: 'the role names another session',
    tamper: (run) => void publisher(run).tags.set(key, 'nightly-report-2'),
    says: /is still allowed s3:PutObject/,
  },
  {
    when: 'the role is denied to whoever assumes it',
    tamper: (run) => attach(run, 'publisher', { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
    says: new RegExp(`the session that ${SIBLING} assumed of publisher is denied s3:PutObject`),
  },
  {
    when: 'the role names the session of the sibling',
    tamper: (run) => void publisher(run).tags.set(key, 'web-publisher'),
    says: new RegExp(`${SIBLING} assumed of publisher is denied s3:PutObject`),
  },
  {
    when: 'the role allows nothing',
    tamper: (run) => publisher(run).inline.clear(),
    says: /allows nothing that could be tried/,
  },
];

describe('chained-sessions-denied', () => {
  it('holds where the session of the suspect is denied and that of its sibling is not', () => {
    const { invariants } = judge(chainedRun().remains, { scenario: 'by-hand', listCalls: false });
    expect(invariants.find(({ id }) => id === 'chained-sessions-denied')).toMatchObject({ held: true });
  });

  it.each(tamperings)('is broken when $when', ({ tamper, says }) => {
    const run = chainedRun();
    tamper(run);
    const broken = brokenIn(run.remains).filter(({ id }) => id === 'chained-sessions-denied');
    expect(broken.map(({ detail }) => detail).join()).toMatch(says);
  });

  it('is not judged before CloudTrail can have told', () => {
    const { remains } = chainedRun();
    const result = judge({ ...remains, through: 'evidence' }, { scenario: 'by-hand', listCalls: false });
    expect(result.notJudged.map(({ id }) => id)).toContain('chained-sessions-denied');
  });
});
