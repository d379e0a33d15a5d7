import { decodeSigned, type AwsCall, type CustodyEntry } from '@cordon/evidence';
import { vaultBucketName } from '@cordon/incident';
import { s3State, type Organization } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play } from './play.ts';
import { releaseStage } from './release-stage.ts';

/** All entries of all ledgers, by the key that each lies under. */
const entriesIn = ({ world }: Pick<Organization, 'world'>): readonly (readonly [string, CustodyEntry])[] => {
  const vault = world.of(s3State, '', '').buckets.get(vaultBucketName(config.accounts.evidence));
  return [...(vault?.versions ?? [])].flatMap(([key, [newest]]) =>
    key.includes('/custody/') && newest?.kind === 'object'
      ? [[key, decodeSigned(key, newest.body).entry] as const]
      : [],
  );
};

const callsOf = (entry: CustodyEntry | undefined): readonly AwsCall[] =>
  entry?.schemaVersion === 2 && entry.calls.status === 'known' ? entry.calls.calls : [];

/** Each call that an entry names, as the organization's journal has it: source, name and request id. */
const journalled = (organization: Organization): ReadonlySet<string> =>
  new Set(
    organization.journal.calls.map(
      ({ service, operation, requestId }) => `${service}.amazonaws.com ${operation} ${requestId}`,
    ),
  );
const written = ({ source, name, requestId }: AwsCall): string => `${source} ${name} ${requestId}`;

describe('an entry of a response', () => {
  it('names the calls that it rests on: of its opening, of each attachment and of each read-back', async () => {
    const played = await play({ scenario: 'richest', seed: 'request-ids' });
    const entries = entriesIn(played.organization).map(([, entry]) => entry);
    const of = (isWanted: (entry: CustodyEntry) => boolean) => entries.filter(isWanted);

    const [opening] = of(({ event }) => event.kind === 'incident-opened');
    expect(callsOf(opening).map(({ source, name }) => `${source} ${name}`)).toEqual([
      'guardduty.amazonaws.com GetFindings',
    ]);

    const attached = of(({ event }) => event.kind === 'volume-attached');
    expect(attached.length).toBeGreaterThan(0);
    for (const entry of attached)
      expect(callsOf(entry).map(({ name }) => name)).toEqual(['AttachVolume', 'DescribeVolumes']);

    const readBack = of(({ event }) => event.kind === 'step-reported' && event.step === 'verify-containment');
    expect(readBack.length).toBeGreaterThan(0);
    for (const entry of readBack)
      expect(callsOf(entry).map(({ name }) => name)).toContain('DescribeNetworkInterfaces');

    const there = journalled(played.organization);
    const named = entries.flatMap(callsOf);
    expect(named.filter((call) => !there.has(written(call)))).toEqual([]);
  }, 60_000);
});

describe('an entry of a release', () => {
  it('names the calls by which each step was lifted', async () => {
    const stage = await releaseStage();
    const plan = await stage.show();
    await stage.perform(plan, {
      giveUp: plan.steps.flatMap(({ id }) => (id.includes('profile') ? [id] : [])),
    });
    const lifted = entriesIn(stage.organization).flatMap(([key, entry]) =>
      key.includes('-release/') && entry.event.kind === 'step-reported' && entry.event.outcome === 'done'
        ? [entry]
        : [],
    );
    const named = lifted.flatMap(callsOf);
    const there = journalled(stage.organization);
    expect(named.map(({ name }) => name)).toContain('ModifyNetworkInterfaceAttribute');
    expect(named.filter((call) => !there.has(written(call)))).toEqual([]);
  }, 60_000);
});
