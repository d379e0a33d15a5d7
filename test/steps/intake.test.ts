import { ownEvent, type PlannedDelivery } from '@cordon/drill';
import { SET_ASIDE_QUEUE_NAME, STATE_MACHINE_NAME } from '@cordon/incident';
import { iamState, sqsState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { config } from '../../cordon.config.ts';
import { play, type Played } from './play.ts';

type Event = ReturnType<typeof ownEvent>;

const SEED = 'intake';
const own = (update = 0): Event => ownEvent({ seed: SEED, profile: true, update });

/** An object of an event, to be read on. */
const objectAt = (of: Event[string] | undefined): Event => {
  if (typeof of !== 'object' || of === null || Array.isArray(of))
    throw new Error('the event has no such object');
  return of as Event;
};
const detailOf = (event: Event): Event => objectAt(event['detail']);
const withDetail = (event: Event, change: Event): Event => ({
  ...event,
  detail: { ...detailOf(event), ...change },
});
const now = (...documents: readonly Event[]): readonly PlannedDelivery[] =>
  documents.map((document) => ({ document, afterMs: 0 }));

const codesSetAside = ({ told }: Played): readonly (string | undefined)[] =>
  told.filter(({ kind }) => kind === 'finding-set-aside').map(({ code }) => code);

const bodiesSetAside = ({ organization }: Played): readonly string[] => {
  const { queues } = organization.world.of(sqsState, config.accounts.security, config.homeRegion);
  const queue = [...queues.values()].find(({ name }) => name === SET_ASIDE_QUEUE_NAME);
  return [...(queue?.messages.values() ?? [])].map(({ body }) => body);
};

const startedIn = ({ organization }: Played): number =>
  organization.executions().filter(({ arn }) => arn.includes(STATE_MACHINE_NAME)).length;

describe('events that are not what they say', () => {
  it('sets a forged finding aside after GuardDuty was asked three times, and touches no instance', async () => {
    const played = await play({ seed: SEED, deliveries: now(own()), forged: true });

    expect(codesSetAside(played)).toEqual(['not-found']);
    expect(bodiesSetAside(played)).toHaveLength(1);
    expect(played.callsOf('GetFindings')).toHaveLength(3);
    expect(played.callsOf('AssumeRole')).toEqual([]);
    expect(startedIn(played)).toBe(0);
  });

  it('sets an event aside that names another account than GuardDuty does', async () => {
    const document = withDetail(own(), { accountId: '602011170000' });
    const played = await play({ seed: SEED, also: [{ document, afterMs: 600_000, forged: true }] });

    expect(codesSetAside(played)).toEqual(['contradicts']);
    expect(startedIn(played)).toBe(1);
    expect(played.calls.filter(({ account }) => account === '602011170000')).toEqual([]);
  });

  it('sets a finding of another partition aside, and asks nobody there', async () => {
    const elsewhere = {
      region: 'us-gov-west-1',
      partition: 'aws-us-gov',
      arn: `arn:aws-us-gov:guardduty:us-gov-west-1:602011160021:detector/${'d'.repeat(32)}/finding/${'c'.repeat(32)}`,
    };
    const document = withDetail(own(), elsewhere);
    const played = await play({ seed: SEED, quiet: true, also: [{ document, afterMs: 0, forged: true }] });

    expect(codesSetAside(played)).toEqual(['unsupported-partition']);
    expect(played.callsOf('GetFindings')).toEqual([]);
    expect(startedIn(played)).toBe(0);
  });

  it('sets a finding of an account aside that is not of the organization', async () => {
    const document = withDetail(own(), { accountId: '999988887777' });
    const played = await play({ seed: SEED, also: [{ document, afterMs: 600_000, forged: true }] });

    expect(codesSetAside(played)).toEqual(['foreign-account']);
    expect(startedIn(played)).toBe(1);
  });

  it('asks its own detector, whatever detector the event names', async () => {
    const theirs = 'ffffffffffffffffffffffffffffffff';
    const service = { ...objectAt(detailOf(own())['service']), detectorId: theirs };
    const played = await play({ seed: SEED, deliveries: now(withDetail(own(), { service })) });

    const asked = played.callsOf('GetFindings', 'cordon-intake').map(({ input }) => input['DetectorId']);
    expect(asked).toHaveLength(1);
    expect(asked).not.toContain(theirs);
    expect(played.kinds).toContain('contained');
  });
});

describe('events that come more than once', () => {
  it('opens one incident for the same event delivered three times at once', async () => {
    const played = await play({ seed: SEED, deliveries: now(own(), own(), own()) });

    expect(played.kinds.filter((kind) => kind === 'incident-opened')).toHaveLength(1);
    expect(startedIn(played)).toBe(1);
    expect(played.callsOf('CreateSnapshots')).toHaveLength(1);
    expect(played.kinds).toContain('incident-sealed');
  });
});

/** Another Region than the instance's. */
const ELSEWHERE = config.homeRegion;

/** A finding about a key that was used under an instance's session name. */
const credentialFinding = (userName: string): Event => {
  const { instanceDetails } = objectAt(detailOf(own())['resource']);
  const instanceId = z.string().parse(objectAt(instanceDetails)['instanceId']);
  return {
    ...withDetail(own(), {
      id: 'c'.repeat(32),
      region: ELSEWHERE,
      arn: `arn:aws:guardduty:${ELSEWHERE}:602011160021:detector/${'d'.repeat(32)}/finding/${'c'.repeat(32)}`,
      type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
      resource: {
        resourceType: 'AccessKey',
        accessKeyDetails: {
          accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
          principalId: `AROAEXAMPLEEXAMPLE000:${instanceId}`,
          userName,
          userType: 'Role',
        },
      },
    }),
    region: ELSEWHERE,
  };
};

describe('findings about credentials', () => {
  it('finds the instance in the Region where it is, not in that of the finding', async () => {
    const also = [{ document: credentialFinding('Shop-Web-workload'), afterMs: 0 }];
    const played = await play({ seed: SEED, quiet: true, also });

    const [opened] = played.told.filter(({ kind }) => kind === 'incident-opened');
    expect(opened?.instanceId).toBe(played.suspect.instanceId);
    expect(opened?.region).toBe(played.suspect.region);
    expect(played.suspect.region).not.toBe(ELSEWHERE);
    expect(played.kinds).toContain('contained');
  });

  it('sets a finding aside whose session name is of an instance that does not carry the role', async () => {
    const also = [{ document: credentialFinding('somebody-elses'), afterMs: 0 }];
    const played = await play({ seed: SEED, quiet: true, also });

    expect(codesSetAside(played)).toEqual(['instance-not-located']);
    expect(startedIn(played)).toBe(0);
  });
});

describe('accounts that cannot be reached', () => {
  it('calls a person, and says why, when the account has no role to look with', async () => {
    const played = await play({
      seed: SEED,
      furnish: ({ organization, suspect }) => {
        organization.world.of(iamState, suspect.account, '').roles.delete('cordon-inspect');
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('needs-a-person')).toMatch(/inspect failed: the step failed: AccessDenied/);
    expect(played.reasonsOf('needs-a-person')).toContain('no plan could be made');
  });
});
