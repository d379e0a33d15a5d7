import { ownEvent, type PlannedDelivery } from '@cordon/drill';
import {
  executionInput,
  HALT_KEY,
  haltRow,
  INCIDENT_TABLE_NAME,
  parsePolicy,
  readConfig,
  type ExecutionInput,
} from '@cordon/incident';
import { dynamodbState, organizationState, type FaultableCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Played, type Stage } from './play.ts';

type Event = ReturnType<typeof ownEvent>;

const objectAt = (of: Event[string] | undefined): Event => {
  if (typeof of !== 'object' || of === null || Array.isArray(of))
    throw new Error('the event has no such object');
  return of as Event;
};
const eventOf = (seed: string, over: { readonly group?: string; readonly severity?: number } = {}): Event => {
  const event = ownEvent({ seed, profile: true });
  const detail = objectAt(event['detail']);
  const resource = objectAt(detail['resource']);
  const instanceDetails = {
    ...objectAt(resource['instanceDetails']),
    ...(over.group === undefined ? {} : { tags: [{ key: 'aws:autoscaling:groupName', value: over.group }] }),
  };
  const severity = over.severity === undefined ? {} : { severity: over.severity };
  return { ...event, detail: { ...detail, ...severity, resource: { ...resource, instanceDetails } } };
};
const after = (ms: number, ...documents: readonly Event[]): readonly PlannedDelivery[] =>
  documents.map((document, index) => ({ document, afterMs: index * ms }));

const everywhere = {
  name: 'everywhere',
  when: { units: ['r-root'], severityAtLeast: 7 },
  set: { mode: 'contain' },
  because: 'all of it',
};
const SMALL = { account: 2, unit: 3, organization: 4 };
const under = (policy: object) => ({
  ...config,
  policy: parsePolicy({ schemaVersion: 2, rules: [everywhere], ...policy }),
});
const small = under({ limits: { ordinary: SMALL, severe: SMALL } });

const startsIn = ({ organization }: Played): readonly ExecutionInput[] =>
  organization.executions().map(({ input }) => executionInput.parse(JSON.parse(input)));
const posturesIn = (played: Played): readonly (string | undefined)[] =>
  startsIn(played)
    .map(({ posture }) => posture?.containment)
    .toSorted((one, other) => String(one).localeCompare(String(other)));

const isLimitRead = ({ operation, input }: FaultableCall): boolean =>
  operation === 'GetItem' && JSON.stringify(input).includes('limit#');

const halt = ({ organization }: Stage): void => {
  const table = organization.world
    .of(dynamodbState, config.accounts.security, config.homeRegion)
    .tables.get(INCIDENT_TABLE_NAME);
  if (table === undefined) throw new Error('the incident table is not there');
  const body = haltRow.parse({
    halt: 'on',
    by: [{ arn: 'arn:aws:sts::602011150002:assumed-role/staff/ada', name: 'ada' }],
    at: '2026-11-21T02:00:00.000Z',
    reason: 'release night',
  });
  const item = { pk: HALT_KEY.pk, sk: HALT_KEY.sk, body: JSON.stringify(body) };
  // Items lie under the text of their key, as the local table writes it.
  const key = JSON.stringify([item.pk, item.sk].map((value) => JSON.stringify(['S', value])));
  table.items.set(
    key,
    new Map(Object.entries(item).map(([name, value]) => [name, { type: 'S' as const, value }])),
  );
};

describe('findings in one account, all at once', () => {
  it('are contained as far as the budget goes, exactly, and the others ask; people are told once', async () => {
    const seeds = ['one', 'two', 'three', 'four'];
    const played = await play({
      config: small,
      deliveries: after(0, ...seeds.map((seed) => eventOf(seed)), eventOf('one'), eventOf('two')),
    });

    expect(posturesIn(played)).toEqual(['contain', 'contain', 'tripped', 'tripped']);
    expect(played.kinds.filter((kind) => kind === 'breaker-tripped')).toHaveLength(1);
    expect(played.reasonsOf('incident-opened')).toContain('circuit breaker of account 602011160021');
  });

  it('of severity 9 have a budget of their own', async () => {
    const documents = [
      ...['one', 'two', 'three'].map((seed) => eventOf(seed)),
      eventOf('four', { severity: 9 }),
    ];
    const played = await play({ config: small, deliveries: after(1_000, ...documents) });

    expect(posturesIn(played)).toEqual(['contain', 'contain', 'contain', 'tripped']);
  });

  it('are all contained where the limits cannot be read: containment hangs on no count', async () => {
    const seeds = ['one', 'two', 'three'];
    const played = await play({
      config: small,
      deliveries: after(0, ...seeds.map((seed) => eventOf(seed))),
      faults: (call) => (isLimitRead(call) ? { kind: 'server-error' } : undefined),
    });

    expect(posturesIn(played)).toEqual(['contain', 'contain', 'contain']);
  });
});

describe('members of one Auto Scaling group', () => {
  it('become one case: the first is contained, the second asks and says why', async () => {
    const documents = ['one', 'two'].map((seed) => eventOf(seed, { group: 'web' }));
    const played = await play({ config: small, deliveries: after(5_000, ...documents) });

    const starts = startsIn(played);
    expect(starts.map(({ posture }) => posture?.containment)).toEqual(
      expect.arrayContaining(['contain', 'ask']),
    );
    expect(new Set(starts.map(({ incident }) => incident.caseId)).size).toBe(1);
    expect(played.reasonsOf('incident-opened')).toContain('another member of its Auto Scaling group');
  });
});

describe('the halt switch', () => {
  it('has new incidents freeze and revoke, and ask before they cut anything off', async () => {
    const played = await play({ config: small, deliveries: after(0, eventOf('one')), furnish: halt });

    expect(posturesIn(played)).toEqual(['tripped']);
    expect(played.reasonsOf('incident-opened')).toContain('release night');
  });
});

describe('a policy that cannot be read', () => {
  it('stops nothing: people are told and asked, and disks are frozen', async () => {
    const { config: fallback, policyProblem } = readConfig({ ...config, policy: 'contain!' });
    if (policyProblem === undefined) throw new Error('the policy should not have been read');
    const played = await play({ config: fallback, policyProblem, deliveries: after(0, eventOf('one')) });

    expect(posturesIn(played)).toEqual(['ask']);
    expect(played.kinds).toContain('policy-unreadable');
    const [frozen] = played.callsOf('CreateSnapshots');
    const [isolated] = played.callsOf('ModifyNetworkInterfaceAttribute');
    expect(frozen?.sentAt).toBeLessThan(isolated?.sentAt ?? 0);
  });
});

const crown = {
  name: 'crown-jewels',
  when: { accountTags: { 'cordon:policy': ['crown-jewel'] } },
  set: { mode: 'contain' },
  because: 'it holds the crown jewels',
};
const asks = { name: 'rest', when: {}, set: { mode: 'ask' }, because: 'people decide' };
const tagged = under({ rules: [crown, asks] });
const tag = ({ organization, suspect }: Stage): void =>
  void organization.world
    .of(organizationState, '', '')
    .accountTags.set(suspect.account, new Map([['cordon:policy', 'crown-jewel']]));

describe('tags of the account', () => {
  it('are asked only if a rule names them', async () => {
    const played = await play({ deliveries: after(0, eventOf('one')) });
    expect(played.callsOf('ListTagsForResource')).toEqual([]);
  });

  it('make the response stronger', async () => {
    const deliveries = after(0, eventOf('one'));
    expect(posturesIn(await play({ config: tagged, deliveries }))).toEqual(['ask']);
    expect(posturesIn(await play({ config: tagged, deliveries, furnish: tag }))).toEqual(['contain']);
  });

  it('that cannot be read leave the strongest that could be meant', async () => {
    const played = await play({
      config: tagged,
      deliveries: after(0, eventOf('one')),
      faults: ({ operation }) => (operation === 'ListTagsForResource' ? { kind: 'throttled' } : undefined),
    });

    expect(posturesIn(played)).toEqual(['contain']);
    expect(played.reasonsOf('incident-opened')).toContain("the account's tags could not be read");
  });
});
