import {
  APPROVALS_TABLE_NAME,
  CONTAIN_ONLY,
  HALT_KEY,
  INCIDENT_TABLE_NAME,
  OPERATOR_FUNCTION_NAME,
  type Posture,
} from '@cordon/incident';
import { dynamodbState, ec2State, statesState } from '@cordon/local-aws';
import { askAs } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { attachInterface } from './attach-interface.ts';
import { openDesk, type Desk } from './desk.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';

const itemsOf = ({ organization, config }: Desk, table: string): readonly string[] =>
  [
    ...(organization.world
      .of(dynamodbState, config.accounts.security, config.homeRegion)
      .tables.get(table)
      ?.items.values() ?? []),
  ].map((item) => JSON.stringify(Object.fromEntries(item)));

/** The last word that was told. */
const outcomeOf = ({ organization }: Desk): string =>
  JSON.stringify(organization.journal.events.at(-1)?.event['detail']);

const stageOf = (desk: Desk) => ({
  ...desk,
  suspects: [desk.suspect],
  ec2: desk.organization.world.of(ec2State, desk.suspect.account, desk.suspect.region),
});

describe('a yes to a plan that waits', () => {
  it('cuts what waited, and the seal says who decided', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'done', incident: asked.incidentId });
    await desk.organization.run();
    expect(desk.kinds()).toEqual(
      expect.arrayContaining(['approval-decided', 'contained', 'incident-sealed']),
    );
    expect(outcomeOf(desk)).toContain(`approved by ${ALICE}`);
  });

  it('counts once: the same again is done, another person hears who decided', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    await desk.approve(ALICE, asked);
    expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'done' });
    expect(await desk.approve(BOB, asked)).toMatchObject({
      status: 'refused',
      code: 'already-decided',
      because: expect.stringContaining(ALICE),
    });
    expect(await desk.approve(ALICE, asked, { decision: 'refuse' })).toMatchObject({
      code: 'already-decided',
    });
    await desk.organization.run();
    expect(desk.kinds().filter((kind) => kind === 'approval-decided')).toHaveLength(1);
  });

  it('opens the named steps alone, and the instance is not called contained', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    const [first] = desk.suspect.networkInterfaceIds;
    await desk.approve(ALICE, asked, { steps: [`isolate-interface:${first}`] });
    await desk.organization.run();
    expect(desk.kinds()).toContain('containment-held-back');
    expect(desk.kinds()).not.toContain('contained');
    const isolated = desk.organization.journal.calls.filter(
      ({ operation, input }) => operation === 'ModifyNetworkInterfaceAttribute' && 'Groups' in input,
    );
    expect(isolated.map(({ input }) => input['NetworkInterfaceId'])).toEqual([first]);
  });

  it.each([
    ['to another hash', { planHash: 'b'.repeat(64) }, 'wrong-hash'],
    ['to another incident', { subject: 'inc-0000000000' }, 'nothing-waits'],
    ['to a step that is none', { steps: ['stop-the-world'] }, 'no-such-step'],
    ['without a reason', { reason: '' }, 'bad-request'],
    ['in somebody else’s name', { person: BOB }, 'bad-request'],
    ['with a decision that is none', { decision: 'maybe' }, 'bad-request'],
  ])('is refused %s', async (_what, more, code) => {
    const desk = await openDesk();
    const asked = await desk.asked();
    expect(await desk.approve(ALICE, asked, more)).toMatchObject({ status: 'refused', code });
    expect(desk.organization.journal.calls.some(({ operation }) => operation === 'SendTaskSuccess')).toBe(
      false,
    );
  });

  it('is refused when it comes after the expiry', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    await desk.organization.run(undefined, Date.parse(asked.expiresAt));
    expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'refused', code: 'expired' });
  });

  it('is taken or not, never both, when it races the expiry', async () => {
    for (const before of [100, 400, 600, 800, 1_000, 1_200, 1_500, 2_000]) {
      const desk = await openDesk();
      const asked = await desk.asked();
      await desk.organization.run(undefined, Date.parse(asked.expiresAt) - before);
      const reply = await desk.approve(ALICE, asked);
      await desk.organization.run();
      const taken = outcomeOf(desk).includes(`approved by ${ALICE}`);
      expect({ before, status: reply.status, taken }).toEqual({
        before,
        status: taken ? 'done' : 'refused',
        taken,
      });
      expect(outcomeOf(desk).includes('nobody answered')).toBe(!taken);
    }
  });

  it('to a plan that fits no longer is refused with what changed, and people are asked anew', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    const nic = attachInterface(stageOf(desk));
    expect(await desk.approve(ALICE, asked)).toMatchObject({
      status: 'refused',
      code: 'drift',
      drift: expect.arrayContaining([
        expect.stringContaining('leave-balancers is another step now'),
        `isolate-interface:${nic} is to be done as well now`,
        `shorten-connection-timeout:${nic} is to be done as well now`,
      ]),
    });
    const again = await desk.asked(1);
    expect(again.planHash).not.toBe(asked.planHash);
    expect(await desk.approve(ALICE, asked)).toMatchObject({ code: 'wrong-hash' });
    expect(await desk.approve(ALICE, again)).toMatchObject({ status: 'done' });
    await desk.organization.run();
    expect(desk.kinds()).toContain('contained');
  });

  it('that meets drift again and again ends as if nobody had answered', async () => {
    const desk = await openDesk();
    for (let round = 0; round < 3; round += 1) {
      const asked = await desk.asked(round);
      attachInterface(stageOf(desk));
      await desk.approve(ALICE, asked);
    }
    await desk.organization.run();
    expect(desk.questions()).toHaveLength(3);
    expect(outcomeOf(desk)).toContain('nobody answered');
  });
});

describe('the task token', () => {
  it('is in the approvals table alone', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    const { world, journal } = desk.organization;
    const { security } = desk.config.accounts;
    const [token = ''] = world.of(statesState, security, desk.config.homeRegion).waiting.keys();
    expect(token.length).toBeGreaterThan(10);
    expect(itemsOf(desk, APPROVALS_TABLE_NAME).filter((item) => item.includes(token))).toHaveLength(1);
    await desk.approve(ALICE, asked);
    const list = await desk.as(BOB, { action: 'requests' });
    await desk.organization.run();
    expect(itemsOf(desk, INCIDENT_TABLE_NAME).join('\n')).not.toContain(token);
    expect(JSON.stringify([journal.events, list])).not.toContain(token);
    const others = journal.calls.filter(
      ({ operation, input }) =>
        JSON.stringify(input).includes(token) &&
        !['Invoke', 'PutItem', 'SendTaskSuccess'].includes(operation),
    );
    expect(others).toEqual([]);
    const holders = journal.calls.filter(
      ({ operation, input }) =>
        ['PutItem', 'SendTaskSuccess'].includes(operation) && JSON.stringify(input).includes(token),
    );
    for (const { caller } of holders) expect(caller).toContain(`assumed-role/${OPERATOR_FUNCTION_NAME}/`);
  });

  it.each([1, 2])('is asked for again when the function dies before its call %i', async (at) => {
    let calls = 0;
    const desk = await openDesk({
      dies: (name) => name === OPERATOR_FUNCTION_NAME && (calls += 1) === at,
    });
    const asked = await desk.asked();
    expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'done' });
    await desk.organization.run();
    expect(desk.kinds()).toContain('contained');
  });
});

describe('a decision that broke off', () => {
  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'before call %i is finished by asking again, and counts once',
    async (at) => {
      let armed = false;
      let calls = 0;
      const desk = await openDesk({
        dies: (name) => armed && name === OPERATOR_FUNCTION_NAME && (calls += 1) === at,
      });
      const asked = await desk.asked();
      armed = true;
      const first = await desk.approve(ALICE, asked).catch((error: unknown) => String(error));
      armed = false;
      expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'done' });
      await desk.organization.run();
      expect(outcomeOf(desk)).toContain(`approved by ${ALICE}`);
      expect(first).toBeDefined();
    },
  );
});

describe('a person', () => {
  it('is nobody whom the configuration does not name, whatever a policy allows them', async () => {
    const desk = await openDesk();
    const asked = await desk.asked();
    const config = {
      ...desk.config,
      approvals: {
        ...desk.config.approvals,
        approvers: [
          `arn:aws:iam::${desk.config.accounts.security}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Others_*`,
        ],
      },
    };
    const { incidentId, planHash } = asked;
    await expect(
      desk.organization.during(() =>
        askAs(desk.organization, config, {
          person: ALICE,
          request: {
            action: 'approve',
            subject: incidentId as never,
            planHash,
            decision: 'approve',
            reason: 'mine',
          },
        }),
      ),
    ).rejects.toThrow('role');
  });
});

describe('what needs a second person', () => {
  it('is done by another one, not by the same by another session or spelling', async () => {
    const desk = await openDesk({ deliver: false });
    const asked = await desk.as(ALICE, { action: 'halt', halt: 'on', reason: 'false positives since noon' });
    if (asked.status !== 'waits-for-second-person') throw new Error(JSON.stringify(asked));
    const { subject, planHash } = asked.waits;
    const yes = { action: 'approve', subject, planHash, decision: 'approve', reason: 'agreed' };
    expect(await desk.as(ALICE, yes)).toMatchObject({ code: 'same-person' });
    expect(await desk.as('Alice@Example.org', yes)).toMatchObject({ code: 'same-person' });
    expect(await desk.as(BOB, { ...yes, planHash: 'c'.repeat(64) })).toMatchObject({ code: 'wrong-hash' });
    expect(await desk.as(BOB, { action: 'requests' })).toMatchObject({
      status: 'listed',
      waiting: [{ subject, askedBy: ALICE }],
    });
    expect(itemsOf(desk, INCIDENT_TABLE_NAME)).toEqual([]);
    expect(await desk.as(BOB, yes)).toMatchObject({ status: 'done', detail: 'the halt switch is on' });
    expect(itemsOf(desk, INCIDENT_TABLE_NAME).join()).toContain(`"${HALT_KEY.pk}"`);
    expect(await desk.as(BOB, yes)).toMatchObject({ code: 'already-decided' });
    expect(await desk.as(BOB, { action: 'requests' })).toMatchObject({ waiting: [] });
  });

  it('is refused for good, and expires after a day', async () => {
    const desk = await openDesk({ deliver: false });
    const ask = { action: 'reset-breaker', scope: 'organization', reason: 'storm is over' };
    const one = await desk.as(ALICE, ask);
    const other = await desk.as(BOB, ask);
    if (one.status !== 'waits-for-second-person' || other.status !== 'waits-for-second-person')
      throw new Error(JSON.stringify([one, other]));
    const decide = (of: typeof one, decision: string) => ({
      action: 'approve',
      subject: of.waits.subject,
      planHash: of.waits.planHash,
      decision,
      reason: 'not yet',
    });
    expect(await desk.as(BOB, decide(one, 'refuse'))).toMatchObject({ status: 'done' });
    expect(await desk.as(BOB, decide(one, 'approve'))).toMatchObject({ code: 'already-decided' });
    const { timeline } = desk.organization;
    timeline.at(timeline.now() + 86_400_000, () => {});
    await desk.organization.run();
    expect(await desk.as(ALICE, decide(other, 'approve'))).toMatchObject({ code: 'expired' });
  });
});

describe('a manual start', () => {
  const contain = ({ suspect }: Desk, more: object = {}) => ({
    action: 'contain',
    account: suspect.account,
    region: suspect.region,
    instance: suspect.instanceId,
    reason: 'beacon seen in the proxy log',
    ...more,
  });

  it('contains at once, for the word of a person is the approval; the same again is the same incident', async () => {
    const desk = await openDesk({ deliver: false });
    const first = await desk.as(ALICE, contain(desk));
    expect(first).toMatchObject({ status: 'done', incident: expect.stringMatching(/^inc-/) });
    expect(await desk.as(ALICE, contain(desk))).toMatchObject({
      incident: first.status === 'done' ? first.incident : '',
    });
    expect(await desk.as(BOB, contain(desk))).toMatchObject({
      detail: expect.stringContaining('already'),
      incident: first.status === 'done' ? first.incident : '',
    });
    await desk.organization.run();
    expect(desk.kinds()).toContain('contained');
    expect(desk.organization.executions()).toHaveLength(1);
  });

  it.each([
    ['an instance that is not there', { instance: 'i-0123456789abcdef0' }, 'no-such-instance'],
    ['the evidence account', { account: '602011150003' }, 'never-contained'],
    ['a Region that is not protected', { region: 'sa-east-1' }, 'bad-request'],
    ['an account that is none of ours', { account: '999900001111' }, 'cannot-read'],
  ])('of %s is refused', async (_what, more, code) => {
    const desk = await openDesk({ deliver: false });
    expect(await desk.as(ALICE, contain(desk, more))).toMatchObject({ status: 'refused', code });
    expect(desk.organization.executions()).toEqual([]);
  });
});

describe('looking', () => {
  it('shows what would be planned, and stores nothing', async () => {
    const desk = await openDesk({ deliver: false });
    const { account, region, instanceId } = desk.suspect;
    const reply = await desk.as(ALICE, { action: 'plan-instance', account, region, instance: instanceId });
    expect(reply).toMatchObject({ status: 'planned', facts: { instanceId } });
    expect([...itemsOf(desk, INCIDENT_TABLE_NAME), ...itemsOf(desk, APPROVALS_TABLE_NAME)]).toEqual([]);
    const changes = desk.organization.journal.calls.filter(({ account: at }) => at === account);
    expect(changes.filter(({ operation }) => !/^(Describe|Get|List)/.test(operation))).toEqual([]);
  });

  it('shows it as another policy would have it, which the caller brings', async () => {
    const desk = await openDesk({ deliver: false });
    const { account, region, instanceId } = desk.suspect;
    const gatesUnder = async (containment: Posture['containment']) => {
      const posture: Posture = { ...CONTAIN_ONLY, containment };
      const ask = { action: 'plan-instance', account, region, instance: instanceId, posture } as const;
      const reply = await desk.as(ALICE, ask);
      if (reply.status !== 'planned') throw new Error(JSON.stringify(reply));
      const cuts = reply.plan.steps.filter(({ kind }) => kind === 'isolate-interface');
      return [...new Set(cuts.map(({ gate }) => gate))];
    };
    expect(await gatesUnder('contain')).toEqual(['automatic']);
    expect(await gatesUnder('ask')).toEqual(['ask']);
  });

  it('shows the plan that waits, with the hash that people were told', async () => {
    const desk = await openDesk();
    const { incidentId, planHash } = await desk.asked();
    expect(await desk.as(BOB, { action: 'plan', incident: incidentId })).toMatchObject({
      status: 'planned',
      plan: { hash: planHash },
      waits: { subject: incidentId },
    });
  });

  it('says why nothing can be released while the plan still waits for a person', async () => {
    const desk = await openDesk();
    const { incidentId } = await desk.asked();
    expect(await desk.as(BOB, { action: 'release', incident: incidentId, reason: 'clean' })).toMatchObject({
      status: 'refused',
      code: 'release-refused',
    });
  });
});
