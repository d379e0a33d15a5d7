import { APPROVALS_TABLE_NAME } from '@cordon/incident';
import { dynamodbState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { asFunction } from '../testing/good-journal.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { ACCOUNTS, INCIDENT, INTERFACES, REGION, START, SUSPECT } from '../testing/places.ts';
import { brokenIn, call, calls, contain } from '../testing/tampering.ts';

const HASH = 'a'.repeat(64);
const PERSON = `${ACCOUNTS.security}/AWSReservedSSO_CordonOperators_0123456789abcdef/alice@example.org`;

/** A plan that waited until so many ms after the finding. The good run isolates 900 ms after it. */
const asked = (run: GoodRun, expiresAfterMs: number): GoodRun => {
  const text = (value: string) => ({ type: 'S', value }) as const;
  const body = {
    incident: { incidentId: INCIDENT, instanceId: SUSPECT },
    plan: {
      hash: HASH,
      steps: [
        ...INTERFACES.map((networkInterfaceId) => ({
          id: `isolate-interface:${networkInterfaceId}`,
          kind: 'isolate-interface',
          gate: 'ask',
          networkInterfaceId,
        })),
        { id: 'stop-instance', kind: 'stop-instance', gate: 'approve' },
      ],
    },
    askedAt: new Date(START + 700).toISOString(),
    expiresAt: new Date(START + expiresAfterMs).toISOString(),
  };
  const state = run.world.of(dynamodbState, ACCOUNTS.security, REGION);
  const [table] = state.tables.values();
  if (table === undefined) throw new Error('the good run has no table');
  const item = new Map(
    Object.entries({ pk: text('asked'), sk: text(INCIDENT), body: text(JSON.stringify(body)) }),
  );
  state.tables.set(APPROVALS_TABLE_NAME, {
    ...table,
    name: APPROVALS_TABLE_NAME,
    items: new Map([['asked', item]]),
  });
  return run;
};

interface Said {
  readonly by?: string;
  readonly at?: number;
  readonly body?: object;
  readonly status?: string;
}

const answer = (run: GoodRun, { by = PERSON, at = 750, body = {}, status = 'done' }: Said = {}): GoodRun => {
  const said = { action: 'approve', subject: INCIDENT, planHash: HASH, decision: 'approve', ...body };
  call(run, {
    at,
    by,
    does: 'lambda InvokeFunctionUrl',
    input: { body: Buffer.from(JSON.stringify(said)) },
    output: { status: 200, body: Buffer.from(JSON.stringify({ status })) },
  });
  return run;
};

const stopped = (run: GoodRun): GoodRun => {
  call(run, { ...contain('ec2 StopInstances', { InstanceIds: [SUSPECT] }), at: 2_000 });
  return run;
};

const LATE = 60_000;

describe('nothing-before-approval', () => {
  it('is not judged when nothing waited', () => {
    const { notJudged } = judge(goodRun().remains, { scenario: 'good', listCalls: false });
    expect(notJudged.map(({ id }) => id)).toContain('nothing-before-approval');
  });

  it.each<[string, GoodRun]>([
    ['after a yes', answer(asked(goodRun(), LATE))],
    ['after the expiry', asked(goodRun(), 800)],
    ['after a yes, the stop too', stopped(answer(asked(goodRun(), LATE)))],
    ['after the expiry, though a yes comes later', answer(asked(goodRun(), 800), { at: 5_000 })],
  ])('holds of what is done %s', (_what, run) => {
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it.each<[string, GoodRun, RegExp]>([
    ['before anybody decided', asked(goodRun(), LATE), /before anybody decided/],
    ['before the yes', answer(asked(goodRun(), LATE), { at: 5_000 }), /before anybody decided/],
    [
      'after a yes to another plan',
      answer(asked(goodRun(), LATE), { body: { planHash: 'b'.repeat(64) } }),
      /before anybody decided/,
    ],
    [
      'after a yes to another incident',
      answer(asked(goodRun(), LATE), { body: { subject: 'inc-another' } }),
      /before anybody decided/,
    ],
    [
      'after a yes that was refused',
      answer(asked(goodRun(), LATE), { status: 'refused' }),
      /before anybody decided/,
    ],
    [
      'after a yes of a function of ours',
      answer(asked(goodRun(), LATE), { by: asFunction('intake') }),
      /before anybody decided/,
    ],
    [
      'after a yes of one who chose the name of the session',
      answer(asked(goodRun(), LATE), { by: `${ACCOUNTS.security}/administrator/alice@example.org` }),
      /before anybody decided/,
    ],
    ['after a no', answer(asked(goodRun(), 800), { body: { decision: 'refuse' } }), /which was refused/],
    [
      'of a step that was not among those approved',
      answer(asked(goodRun(), LATE), { body: { steps: [`isolate-interface:${INTERFACES[0]}`] } }),
      /performs isolate-interface:eni-0aaaaaaaaaaaaaaa2/,
    ],
    ['without an express yes', stopped(asked(goodRun(), 800)), /stop-instance without an express yes/],
  ])('is broken by what is done %s', (_what, run, says) => {
    const broken = brokenIn(run.remains).filter(({ id }) => id === 'nothing-before-approval');
    expect(broken).toHaveLength(1);
    expect(broken[0]?.detail).toMatch(says);
    expect(calls(run).length).toBeGreaterThan(0);
  });
});
