import { ownEvent } from '@cordon/drill';
import { functionName, ISOLATION_GROUP_NAME, TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { attachInterface } from './attach-interface.ts';
import { play } from './play.ts';

type Event = ReturnType<typeof ownEvent>;

const SEED = 'later';

/** Long after the incident is sealed, in virtual milliseconds. */
/** One for the interfaces, and one for what closes paths beside them. */
const SESSIONS_OF_ONE_PLAN = 2;
const A_DAY_LATER = 86_400_000;

const detailOf = (event: Event): Event => {
  const { detail } = event;
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail))
    throw new Error('the event has no detail');
  return detail as Event;
};

/** Another finding about the same instance. */
const worse = (change: Event): Event => {
  const first = ownEvent({ seed: SEED, profile: true });
  const id = 'e'.repeat(32);
  const arn = `arn:aws:guardduty:eu-central-1:602011160021:detector/${'d'.repeat(32)}/finding/${id}`;
  return { ...first, id: 'another-event', detail: { ...detailOf(first), id, arn, ...change } };
};

describe('a later finding on a contained instance', () => {
  it('re-plans a worse one: isolates the interface that was added meanwhile, and copies no volume again', async () => {
    let added = '';
    const later = worse({ type: 'Trojan:EC2/DNSDataExfiltration', severity: 9 });
    const played = await play({
      seed: SEED,
      also: [{ document: later, afterMs: A_DAY_LATER }],
      furnish: (stage) => {
        const { timeline } = stage.organization;
        timeline.at(timeline.now() + A_DAY_LATER - 1_000, () => {
          added = attachInterface(stage);
        });
      },
    });

    const group = played.ec2.securityGroups.get(played.ec2.networkInterfaces.get(added)?.groups[0] ?? '');
    const copies = [
      ...played.organization.world
        .of(ec2State, config.accounts.evidence, played.suspect.region)
        .snapshots.values(),
    ].filter(({ tags }) => tags.get(TAGS.hop) === 'evidence' && tags.get(TAGS.holds) !== 'results');
    expect(played.told.filter(({ kind }) => kind === 'finding-attached').map(({ effect }) => effect)).toEqual(
      ['re-plan'],
    );
    expect(group?.name).toBe(ISOLATION_GROUP_NAME);
    // First, then by the watch, which saw the interface before the finding came, then by the finding's own plan.
    expect(played.kinds.filter((kind) => kind === 'contained')).toHaveLength(3);
    expect(played.callsOf('CreateSnapshots')).toHaveLength(1);
    expect(copies).toHaveLength(3);
    expect(played.organization.executions().map(({ name }) => name.replace(/^inc-[0-9a-f]+/, ''))).toEqual([
      '',
      '-r1',
      '-r2',
    ]);
  });

  it('raises the containment alarm when it shows activity after containment', async () => {
    const service = { ...detailOf({ detail: detailOf(worse({}))['service'] ?? null }) };
    const later = worse({
      updatedAt: '2026-11-22T02:00:00.000Z',
      service: { ...service, eventLastSeen: '2026-11-22T01:59:00.000Z' },
    });
    const played = await play({ seed: SEED, also: [{ document: later, afterMs: A_DAY_LATER }] });

    expect(played.reasonsOf('containment-alarm')).toContain('is later than containment at');
  });

  it('raises no alarm when it only tells late what was before containment', async () => {
    const later = worse({ updatedAt: '2026-11-22T02:00:00.000Z' });
    const played = await play({ seed: SEED, also: [{ document: later, afterMs: A_DAY_LATER }] });

    expect(played.kinds).toContain('finding-attached');
    expect(played.kinds).not.toContain('containment-alarm');
    expect(played.callsOf('AssumeRole', functionName('isolate-network'))).toHaveLength(SESSIONS_OF_ONE_PLAN);
  });
});

describe('an attack sequence', () => {
  it('opens an incident for each of three instances in two accounts, and contains them all', async () => {
    const instance = (account: string, digit: string): Event => ({
      resourceType: 'EC2_INSTANCE',
      uid: `arn:aws:ec2:eu-central-1:${account}:instance/i-0d1b2c3d4e5f6071${digit}`,
      accountId: account,
      region: 'eu-central-1',
    });
    const accounts = ['602011160021', '602011160021', '602011160022'];
    const resources = accounts.map((account, index) => instance(account, String(index)));
    const sequence = {
      uid: 'seq-1',
      description: 'a group',
      actors: [],
      resources,
      endpoints: [],
      signals: [],
    };
    const service = {
      ...detailOf({ detail: detailOf(worse({}))['service'] ?? null }),
      detection: { sequence },
    };
    const { action: _action, ...rest } = service as Event;
    const document = worse({
      type: 'AttackSequence:EC2/CompromisedInstanceGroup',
      severity: 9.5,
      resource: { resourceType: 'AttackSequence' },
      service: rest,
    });
    const played = await play({ seed: SEED, deliveries: [{ document, afterMs: 0 }] });

    const ofKind = (kind: string) =>
      played.told
        .filter((event) => event.kind === kind)
        .map(({ instanceId }) => instanceId ?? '')
        .toSorted();
    const all = played.suspects.map(({ instanceId }) => instanceId).toSorted();
    expect(all).toHaveLength(3);
    expect(ofKind('incident-opened')).toEqual(all);
    expect(ofKind('contained')).toEqual(all);
    expect(ofKind('incident-sealed')).toEqual(all);
  });
});
