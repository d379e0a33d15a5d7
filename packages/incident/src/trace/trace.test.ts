import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_DENY_TAG_KEYS } from '../contract.ts';
import { chainedDenyDocument, deniesChained } from '../plan/session-deny.ts';
import { chainedSessions, MOST_CHAINED, MOST_LINKS, type Link } from './chained-sessions.ts';
import { decideChained, type DenyingChained } from './deny-chained.ts';
import { readTrailEvent } from './read-event.ts';
import { accountsToRead, afterTurn, beginTrace, lookupsNow, withQuestions } from './trace.ts';

const ACCOUNT = '602011160021';
const OTHER = '602011160022';
const INSTANCE = 'i-0aaaaaaaaaaaaaaa1';
const HEALTHY = 'i-0bbbbbbbbbbbbbbb2';
const AT = '2026-11-21T03:00:00Z';
const NOW = Date.parse('2026-11-21T03:10:00Z');
const instance = { account: ACCOUNT, instanceId: INSTANCE };

interface Making {
  readonly by?: string;
  readonly key?: string;
  readonly account?: string;
  readonly roleArn?: string;
  readonly name?: string;
  readonly gives?: string;
  readonly more?: object;
}

/** An AssumeRole as CloudTrail writes it. */
const record = (of: Making = {}) => {
  const { by = `AROAWEB:${INSTANCE}`, key = 'ASIAINSTANCE00000001', account = ACCOUNT } = of;
  const {
    roleArn = `arn:aws:iam::${OTHER}:role/site/publisher`,
    name = 'nightly',
    gives = 'ASIACHAINED000000001',
  } = of;
  return {
    eventName: 'AssumeRole',
    eventSource: 'sts.amazonaws.com',
    eventTime: AT,
    userIdentity: { type: 'AssumedRole', accountId: account, principalId: by, accessKeyId: key },
    requestParameters: { roleArn, roleSessionName: name },
    responseElements: {
      assumedRoleUser: { assumedRoleId: `AROAPUB:${name}`, arn: 'unread' },
      credentials: { accessKeyId: gives, expiration: 'Nov 21, 2026, 4:00:00 AM' },
    },
    ...of.more,
  };
};

const link = (of?: Making): Link => {
  const read = readTrailEvent(JSON.stringify(record(of)));
  if (read?.assumed === undefined) throw new Error('the event is no AssumeRole');
  return { caller: read.caller, assumed: read.assumed };
};

describe('reading an event of CloudTrail', () => {
  it('gives the session that was assumed, its key, and when it expires in UTC', () => {
    expect(link()).toEqual({
      caller: { account: ACCOUNT, principalId: `AROAWEB:${INSTANCE}`, accessKeyId: 'ASIAINSTANCE00000001' },
      assumed: {
        roleArn: `arn:aws:iam::${OTHER}:role/site/publisher`,
        account: OTHER,
        roleId: 'AROAPUB',
        sessionName: 'nightly',
        accessKeyId: 'ASIACHAINED000000001',
        assumedAt: '2026-11-21T03:00:00.000Z',
        expiresAt: '2026-11-21T04:00:00.000Z',
        tagKeys: [],
      },
    });
  });

  it('takes the longest there is for an expiration that cannot be', () => {
    const credentials = { accessKeyId: 'ASIACHAINED000000001', expiration: 'never' };
    const more = {
      responseElements: { assumedRoleUser: { assumedRoleId: 'AROAPUB:nightly' }, credentials },
    };
    expect(link({ more }).assumed.expiresAt).toBe('2026-11-21T15:00:00.000Z');
  });

  it('knows the tags of the session and those that it inherits', () => {
    const requestParameters = {
      roleArn: `arn:aws:iam::${OTHER}:role/publisher`,
      roleSessionName: 'nightly',
      tags: [{ key: 'Team', value: 'x' }],
      incomingTransitiveTags: { 'cordon-contained-1': 'x' },
    };
    expect(link({ more: { requestParameters } }).assumed.tagKeys).toEqual(['Team', 'cordon-contained-1']);
  });

  it.each<[string, object]>([
    ['that was refused', { errorCode: 'AccessDenied', responseElements: null }],
    ['of another service', { eventSource: 'evil.example.com' }],
    [
      'whose answer names another session',
      {
        responseElements: {
          assumedRoleUser: { assumedRoleId: 'AROAPUB:other' },
          credentials: { accessKeyId: 'ASIACHAINED000000001', expiration: AT },
        },
      },
    ],
    [
      'with a wildcard for a name',
      { requestParameters: { roleArn: `arn:aws:iam::${OTHER}:role/p`, roleSessionName: '*' } },
    ],
    [
      'with a variable for a name',
      { requestParameters: { roleArn: `arn:aws:iam::${OTHER}:role/p`, roleSessionName: '${aws:username}' } },
    ],
    [
      'with no role for its role',
      { requestParameters: { roleArn: '../../etc', roleSessionName: 'nightly' } },
    ],
  ])('follows no call %s', (_case, more) => {
    expect(readTrailEvent(JSON.stringify(record({ more })))?.assumed).toBeUndefined();
  });

  it('gives nothing for what is no record, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readTrailEvent(text)?.assumed).toBeUndefined();
      }),
    );
  });

  it('lets no session name through that a policy could take for a pattern', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 64 }), (name) => {
        const more = {
          requestParameters: { roleArn: `arn:aws:iam::${OTHER}:role/p`, roleSessionName: name },
          responseElements: {
            assumedRoleUser: { assumedRoleId: `AROAPUB:${name}` },
            credentials: { accessKeyId: 'ASIACHAINED000000001', expiration: AT },
          },
        };
        const read = readTrailEvent(JSON.stringify(record({ more })))?.assumed;
        expect(read === undefined || !/[*?${}:"\s]/.test(read.sessionName)).toBe(true);
      }),
    );
  });
});

describe('the sessions that go back to an instance', () => {
  const second = link({
    by: 'AROAPUB:nightly',
    key: 'ASIACHAINED000000001',
    account: OTHER,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
    name: 'second',
    gives: 'ASIACHAINED000000002',
  });

  it('are followed over links, in whatever order the events come', () => {
    for (const links of [
      [link(), second],
      [second, link()],
    ]) {
      const { sessions, goesOn } = chainedSessions(links, instance);
      expect(sessions.map(({ sessionName, link: over }) => [sessionName, over])).toEqual([
        ['nightly', 1],
        ['second', 2],
      ]);
      expect(goesOn).toBe(false);
    }
  });

  it.each([
    ['of another instance', link({ by: `AROAWEB:${HEALTHY}` })],
    ['of an instance of that id in another account', link({ account: OTHER })],
    [
      'with a key that nobody of the chain has',
      { ...second, caller: { ...second.caller, accessKeyId: 'ASIASTRANGER00000001' } },
    ],
  ])('are not those %s', (_case, one) => {
    expect(chainedSessions([one], instance).sessions).toEqual([]);
  });

  it('are one where role and name are: no deny could tell them apart', () => {
    const { sessions } = chainedSessions([link(), link({ gives: 'ASIACHAINED000000009' })], instance);
    expect(sessions.map(({ accessKeyIds }) => accessKeyIds)).toEqual([
      ['ASIACHAINED000000001', 'ASIACHAINED000000009'],
    ]);
  });

  it('end where a chain comes back to itself', () => {
    const back = link({
      by: 'AROAPUB:nightly',
      key: 'ASIACHAINED000000001',
      account: OTHER,
      gives: 'ASIACHAINED000000003',
    });
    expect(chainedSessions([link(), back], instance).sessions).toHaveLength(1);
  });

  it('are bounded in number and in links, and said to go on', () => {
    const key = (n: number): string => `ASIALINK${String(n).padStart(12, '0')}`;
    const many = Array.from({ length: MOST_CHAINED + 5 }, (_, n) =>
      link({ name: `job-${n}`, gives: key(n) }),
    );
    const wide = chainedSessions(many, instance);
    expect([wide.sessions.length, wide.goesOn]).toEqual([MOST_CHAINED, true]);
    const long = Array.from({ length: MOST_LINKS + 2 }, (_, n) =>
      link({
        ...(n === 0 ? {} : { by: `AROAPUB:job-${n - 1}`, key: key(n - 1), account: OTHER }),
        name: `job-${n}`,
        gives: key(n),
      }),
    );
    const deep = chainedSessions(long, instance);
    expect([deep.sessions.length, deep.goesOn]).toEqual([MOST_LINKS, true]);
  });
});

describe('what is done about a chained session', () => {
  const decided = (links: readonly Link[], more: Partial<DenyingChained> = {}) => {
    const { sessions } = chainedSessions(links, instance);
    return sessions.map((session) =>
      decideChained(session, {
        by: 'attach-fixed-policy',
        links,
        uses: [],
        sessions,
        instance,
        outside: [],
        now: NOW,
        ...more,
      }),
    );
  };

  it('is a deny, by any of our tags', () => {
    expect(decided([link()])).toEqual([{ decision: 'deny', keys: [...SESSION_DENY_TAG_KEYS] }]);
  });

  it('is nothing where it has expired', () => {
    expect(decided([link()], { now: Date.parse('2026-11-21T04:00:00Z') })).toEqual([{ decision: 'expired' }]);
  });

  it('is a question where others assume the role under the same name', () => {
    const theirs = link({
      by: `AROAWEB:${HEALTHY}`,
      key: 'ASIAHEALTHY000000001',
      gives: 'ASIAHEALTHY000000002',
    });
    expect(decided([link(), theirs])).toMatchObject([
      {
        decision: 'ask',
        keys: [...SESSION_DENY_TAG_KEYS],
        because: expect.stringContaining('others assume'),
        others: [expect.stringContaining(`AROAWEB:${HEALTHY}`)],
      },
    ]);
  });

  it('is a question where others act under the same name', () => {
    const uses = [{ account: OTHER, principalId: 'AROAPUB:nightly', accessKeyId: 'ASIAHEALTHY000000002' }];
    expect(decided([link()], { uses })).toMatchObject([{ decision: 'ask' }]);
    const own = [{ account: OTHER, principalId: 'AROAPUB:nightly', accessKeyId: 'ASIACHAINED000000001' }];
    expect(decided([link()], { uses: own })).toMatchObject([{ decision: 'deny' }]);
  });

  it("is a question where the attacker took another instance's id for a name", () => {
    expect(decided([link({ name: HEALTHY })])).toMatchObject([{ decision: 'ask' }]);
    expect(decided([link({ name: INSTANCE })])).toMatchObject([{ decision: 'deny' }]);
  });

  it.each([
    ['of an account outside of the organization', {}, { outside: [OTHER] }, /tell its owner/],
    [
      'of Identity Center',
      { roleArn: `arn:aws:iam::${OTHER}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x` },
      {},
      /aws-reserved/,
    ],
    [
      'of a service',
      { roleArn: `arn:aws:iam::${OTHER}:role/aws-service-role/x.amazonaws.com/X` },
      {},
      /aws-service-role/,
    ],
    ['of ours', { roleArn: `arn:aws:iam::${OTHER}:role/cordon/cordon-inspect` }, {}, /cordon/],
    [
      'whose name no tag can hold',
      { name: 'a,b' },
      {},
      /comma.*: aws iam put-role-policy --role-name 'publisher' .*"AROA\w+:a,b"/,
    ],
  ] as const)('is left to a person for a role %s', (_case, of, more, because) => {
    const [verdict] = decided([link(of)], more);
    expect(verdict).toMatchObject({ decision: 'by-hand' });
    expect(verdict !== undefined && 'because' in verdict ? verdict.because : '').toMatch(because);
  });

  it('takes a name with a comma where the deny is written', () => {
    expect(decided([link({ name: 'a,b' })], { by: 'put-role-policy' })).toMatchObject([{ decision: 'deny' }]);
  });

  it("uses no tag key that the session's own tags take, whatever their case, and none at all when they take each", () => {
    const tagged = (keys: readonly string[]) =>
      link({
        more: {
          requestParameters: {
            roleArn: `arn:aws:iam::${OTHER}:role/publisher`,
            roleSessionName: 'nightly',
            tags: keys.map((key) => ({ key })),
          },
        },
      });
    expect(decided([tagged(['Cordon-Contained-1'])])).toEqual([
      { decision: 'deny', keys: SESSION_DENY_TAG_KEYS.slice(1) },
    ]);
    expect(decided([tagged(SESSION_DENY_TAG_KEYS)])).toMatchObject([{ decision: 'by-hand' }]);
  });

  it('is written to the letter: one role, one name', () => {
    const of = { roleId: 'AROAPUB', sessionName: 'nightly' };
    expect(deniesChained(chainedDenyDocument(of), of)).toBe(true);
    expect(deniesChained(chainedDenyDocument(of), { ...of, sessionName: 'nightly2' })).toBe(false);
    expect(deniesChained(chainedDenyDocument(of).replace('Deny', 'Allow'), of)).toBe(false);
  });
});

describe('a trace', () => {
  const begun = { ...beginTrace(AT), regions: { [ACCOUNT]: ['eu-west-1', 'us-east-1'] } };

  it('begins with the calls of the instance, in every Region of its account', () => {
    expect(accountsToRead(beginTrace(AT), instance)).toEqual([ACCOUNT]);
    expect(withQuestions(begun, instance).todo).toEqual(
      ['eu-west-1', 'us-east-1'].map((region) => ({
        account: ACCOUNT,
        region,
        attribute: 'Username',
        value: INSTANCE,
        page: 1,
      })),
    );
  });

  it('asks next in the account of the role, by the session and by who assumed it, two at a time in a Region', () => {
    const asked = withQuestions(begun, instance);
    const [lookup] = asked.todo;
    if (lookup === undefined) throw new Error('nothing was asked');
    const known = afterTurn(asked, [{ lookup, events: [link()] }], instance);
    expect(accountsToRead(known, instance)).toEqual([OTHER]);
    const next = withQuestions(
      { ...known, todo: [], regions: { ...known.regions, [OTHER]: ['eu-west-1'] } },
      instance,
    );
    expect(next.todo.map(({ account, attribute, value }) => [account, attribute, value])).toEqual([
      [OTHER, 'Username', 'nightly'],
      [OTHER, 'ResourceName', `arn:aws:sts::${OTHER}:assumed-role/publisher/nightly`],
    ]);
    expect(lookupsNow({ todo: [...next.todo, ...next.todo] })).toHaveLength(2);
  });

  it('reads pages to a bound and says that there were more; a throttled Region is asked again', () => {
    let trace = withQuestions({ ...begun, regions: { [ACCOUNT]: ['eu-west-1'] } }, instance);
    let turns = 0;
    for (; lookupsNow(trace).length > 0; turns += 1)
      trace = afterTurn(
        trace,
        lookupsNow(trace).map((lookup) =>
          turns === 0 ? { lookup, events: [], fault: 'later' } : { lookup, events: [], token: 'more' },
        ),
        instance,
      );
    expect(turns).toBe(11);
    expect(trace.gaps.join()).toMatch(/more events of one name than are read/);
  });

  it('ends however long AWS has enough of us', () => {
    let trace = withQuestions(begun, instance);
    let turns = 0;
    for (; lookupsNow(trace).length > 0; turns += 1)
      trace = afterTurn(
        trace,
        lookupsNow(trace).map((lookup) => ({ lookup, events: [], fault: 'later' })),
        instance,
      );
    expect(turns).toBeLessThanOrEqual(60);
    expect(trace.gaps.join()).toMatch(/broken off/);
  });
});
