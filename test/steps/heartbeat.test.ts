import { BUS_NAME, INCIDENT_TABLE_NAME, type CordonConfig } from '@cordon/incident';
import { HEARTBEAT_FUNCTION_NAME, HEARTBEATS, HEARTBEAT_TYPE } from '@cordon/incident/heartbeat';
import {
  dynamodbState,
  eventsState,
  guardDutyState,
  removeAdministrator,
  type FaultableCall,
} from '@cordon/local-aws';
import { heartbeatStatements } from '@cordon/responder/needs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { securityNames } from '../policies/allowed-by.ts';
import { securityHome } from '../simulation/security-home.ts';
import { play, type Play } from './play.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const { homeRegion, accounts } = deployed;
/** Where the finding of the played world is, so that the product stands there too. */
const AFAR = 'eu-central-1';
const regions = deployed.regions.filter((one) => one === homeRegion || one === AFAR);
const config: CordonConfig = { ...deployed, regions, heartbeat: { everyHours: 2 } };

const templates = securityHome(config);

const region = z.object({ kind: z.string(), region: z.string().optional(), reasons: z.array(z.string()) });

/** A world in which nothing happens, and in which GuardDuty publishes occurrences every quarter of an hour. */
const listen = async (more: Partial<Play> = {}) => {
  const played = await play({ config, templates, seed: 'heartbeat', quiet: true, ...more });
  const { organization } = played;
  const detectorIn = (of: string) => {
    const { detector } = organization.world.of(guardDutyState, accounts.security, of);
    if (detector === undefined) throw new Error(`no detector in ${of}`);
    return detector;
  };
  for (const of of config.regions) detectorIn(of).frequency = 'FIFTEEN_MINUTES';
  return {
    ...played,
    detectorIn,
    pass: async (ms: number): Promise<void> => {
      let passed = false;
      organization.timeline.at(organization.timeline.now() + ms, () => (passed = true));
      await organization.run(() => passed);
    },
    /** What was told of Regions so far: kind and Region. */
    told: () =>
      organization.journal.events.flatMap(({ event }) => {
        const read = region.safeParse(event['detail']);
        return event['source'] === 'cordon' && read.success ? [read.data] : [];
      }),
    samples: (of: string) =>
      organization.journal.calls.filter(
        (call) => call.operation === 'CreateSampleFindings' && call.region === of,
      ).length,
    row: (of: string) =>
      [
        ...(organization.world
          .of(dynamodbState, accounts.security, homeRegion)
          .tables.get(INCIDENT_TABLE_NAME)
          ?.items.values() ?? []),
      ]
        .map((item) => JSON.stringify(Object.fromEntries(item)))
        .find((text) => text.includes(`"${HEARTBEATS}"`) && text.includes(`"${of}"`)),
  };
};
type Listening = Awaited<ReturnType<typeof listen>>;

const kinds = (on: Listening): readonly string[] =>
  on.told().map(({ kind, region: of = '' }) => `${kind} ${of}`.trim());

/** What the function asked of AWS. */
const callsOf = ({ organization }: Listening) =>
  organization.journal.calls.filter(({ caller }) => caller.includes(`/${HEARTBEAT_FUNCTION_NAME}/`));

/** The rule by which findings of a Region are forwarded. */
const forwarder = ({ organization }: Listening, of: string) => {
  const rules = organization.world.of(eventsState, accounts.security, of).buses.get('default')?.rules;
  const found = [...(rules?.entries() ?? [])].find(
    ([, { description }]) => description?.startsWith('GuardDuty findings') === true,
  );
  if (rules === undefined || found === undefined) throw new Error(`no forwarder in ${of}`);
  const [name, rule] = found;
  return { set: (enabled: boolean) => rules.set(name, { ...rule, enabled }) };
};

describe('the heartbeat', () => {
  it('asks every Region, has each sample come the whole road, and tells nobody', async () => {
    const on = await listen();
    await on.pass(5 * HOUR);

    for (const of of config.regions) {
      expect(on.samples(of)).toBe(3);
      expect(on.row(of)).toContain('cameAt');
    }
    expect(on.told()).toEqual([]);
    expect(on.organization.executions()).toEqual([]);
    const heard = on.logged.filter((line) => 'SecondsToHeard' in line);
    expect(new Set(heard.map((line) => 'Region' in line && line.Region))).toEqual(new Set(config.regions));
  });

  it('is not there where the deployment does not want it', async () => {
    const without = { ...config, heartbeat: undefined };
    const on = await listen({ config: without, templates: securityHome(without) });
    await on.pass(5 * HOUR);
    expect(on.samples(homeRegion) + on.samples(AFAR)).toBe(0);
    expect(callsOf(on)).toEqual([]);
  });

  it('is allowed just what runs of it call', async () => {
    const on = await listen();
    forwarder(on, AFAR).set(false);
    await on.pass(5 * HOUR);
    const called = callsOf(on).map(({ service, operation }) => `${service}:${operation}`);
    const needs = heartbeatStatements(securityNames(config)).flatMap(({ Action }) => Action);
    // Lambda writes the log.
    expect([...new Set(called)].toSorted()).toEqual(
      needs.filter((action) => !action.startsWith('logs:')).toSorted(),
    );
    const denied = callsOf(on).flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'deny'));
    expect(denied).toEqual([]);
  });

  it('tells of the one Region whose forwarder is off, once, and when it is heard again', async () => {
    const on = await listen();
    forwarder(on, AFAR).set(false);
    await on.pass(5 * HOUR);
    expect(kinds(on)).toEqual([`region-silent ${AFAR}`]);
    expect(on.told()[0]?.reasons[0]).toContain('30 minutes later');

    forwarder(on, AFAR).set(true);
    await on.pass(5 * HOUR);
    expect(kinds(on)).toEqual([`region-silent ${AFAR}`, `region-heard ${AFAR}`]);
  });

  it('tells it again a day later, while it lasts', async () => {
    const on = await listen();
    forwarder(on, AFAR).set(false);
    await on.pass(26 * HOUR);
    expect(kinds(on)).toEqual([`region-silent ${AFAR}`, `region-silent ${AFAR}`]);
  });

  it('tells of a detector that is suspended, and of one that is gone', async () => {
    const on = await listen();
    on.detectorIn(AFAR).status = 'DISABLED';
    delete on.organization.world.of(guardDutyState, accounts.security, homeRegion).detector;
    await on.pass(HOUR);

    expect(kinds(on).toSorted()).toEqual([`region-silent ${AFAR}`, `region-silent ${homeRegion}`]);
    expect(
      on
        .told()
        .flatMap(({ reasons }) => reasons)
        .join('\n'),
    ).toMatch(/no GuardDuty detector|suspended/);
    expect(on.samples(AFAR)).toBe(0);
  });

  it('tells that the delegation was taken away, although samples of our own account still come', async () => {
    const on = await listen();
    await on.pass(HOUR);
    removeAdministrator(on.organization.world, accounts.security, AFAR);
    await on.pass(HOUR);
    expect(kinds(on)).toEqual([`region-undelegated ${AFAR}`]);

    on.detectorIn(AFAR).autoEnable = 'ALL';
    await on.pass(3 * HOUR);
    expect(kinds(on)).toEqual([`region-undelegated ${AFAR}`, `region-heard ${AFAR}`]);
  });
});

describe('samples that nobody asked for', () => {
  it('are observed as ever: a person’s, after ours has come', async () => {
    const on = await listen();
    await on.pass(HOUR);
    const { organization } = on;
    organization.host.deliverEvent(
      `arn:aws:events:${AFAR}:${accounts.security}:event-bus/default`,
      sampleEvent(on, { updatedAt: new Date(organization.timeline.now() - 10 * MINUTE).toISOString() }),
    );
    await on.pass(5 * MINUTE);
    expect(kinds(on)).toEqual(['finding-observed']);
  });
});

/** An event about the sample that GuardDuty has, after it was made once more by somebody. */
const sampleEvent = (on: Listening, { updatedAt }: { readonly updatedAt: string }) => {
  const { findings } = on.detectorIn(AFAR);
  const [finding] = [...findings.values()].filter(({ Title }) => Title === `[SAMPLE] ${HEARTBEAT_TYPE}`);
  if (finding === undefined) throw new Error('no sample was made');
  const later = { ...finding, UpdatedAt: updatedAt };
  findings.set(finding.Id ?? '', later);
  return { source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail: { ...later } };
};

describe('twice, late, throttled', () => {
  it('notes an event that comes twice once, and tells nobody of the second', async () => {
    const on = await listen();
    await on.pass(HOUR);
    const before = on.logged.filter((line) => 'SecondsToHeard' in line).length;
    const { organization } = on;
    const sent = organization.journal.events.find(
      ({ event, busArn }) => event['source'] === 'aws.guardduty' && busArn.includes(BUS_NAME),
    );
    if (sent === undefined) throw new Error('no sample came');
    organization.host.deliverEvent(sent.busArn, sent.event);
    await on.pass(5 * MINUTE);
    expect(on.told()).toEqual([]);
    expect(on.logged.filter((line) => 'SecondsToHeard' in line)).toHaveLength(before);
  });

  it('looks at the other Regions where one throttles, fails for its alarm, and asks when it can', async () => {
    let throttled = true;
    const faults = ({ operation, region: of }: FaultableCall) =>
      throttled && operation === 'CreateSampleFindings' && of === AFAR
        ? ({ kind: 'throttled' } as const)
        : undefined;
    const on = await listen({ faults });
    await on.pass(16 * MINUTE);
    expect(on.row(homeRegion)).toContain('cameAt');
    expect(on.row(AFAR)).toContain('askedAt');
    expect(on.row(AFAR)).not.toContain('sentAt');

    throttled = false;
    await on.pass(20 * MINUTE);
    expect(on.row(AFAR)).toContain('cameAt');
    expect(on.told()).toEqual([]);
  });
});
