import { scenarios } from '@cordon/drill';
import { vaultBucketName } from '@cordon/incident';
import { s3State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { broken, drill, inProcess, resultOf } from './run.ts';
import { vaultText } from '../vault-text.ts';

describe('the drill, as built', () => {
  it('contains, secures and seals the richest incident, and every invariant holds', async () => {
    const result = await resultOf();
    expect(broken(result)).toEqual([]);
    const [incident] = result.incidents;
    expect(incident).toMatchObject({ status: 'sealed', region: 'eu-central-1', missing: [] });
    // The three disks, and what the forensic machine put out.
    expect(incident?.evidence.filter(({ kind }) => kind === 'snapshot').map(({ holds }) => holds)).toEqual([
      undefined,
      undefined,
      undefined,
      'results',
    ]);
    for (const row of incident?.evidence ?? []) {
      expect(row.account).toBe('602011150003');
      expect(row.lock?.mode).toBe('governance');
      expect(row.digest?.value).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(incident?.forensics).toMatchObject({ account: '602011150004' });
    expect(incident?.forensics?.volumes).toHaveLength(3);
  });

  it('needs eleven serial calls to the last interface on first use, and eight when the isolation groups exist', async () => {
    const first = await resultOf({ through: 'contain', ...inProcess() });
    const later = await resultOf({ through: 'contain', scenario: 'second-incident', ...inProcess() });
    expect(first.calls.serialBeforeIsolation).toBe(11);
    expect(later.calls.serialBeforeIsolation).toBe(8);
  });

  it('stops where it is asked to, and judges up to there', async () => {
    const result = await resultOf({ through: 'contain', ...inProcess() });
    expect(broken(result)).toEqual([]);
    expect(result.incidents[0]?.status).toBe('contained');
    expect(result.notJudged.map(({ id }) => id)).toContain('every-volume-in-custody-or-reasoned');
  });

  it.each(
    scenarios()
      .map(({ name }) => name)
      .filter((name) => name !== 'richest'),
  )(
    'holds every invariant in scenario %s',
    async (scenario) => {
      const result = await resultOf({ scenario, ...inProcess(scenario) });
      expect(broken(result)).toEqual([]);
      expect(result.incidents).toHaveLength(
        scenarios().find(({ name }) => name === scenario)?.incidents ?? 1,
      );
    },
    180_000,
  );

  it('ends every case of keys in a copy or in its reason, in three accounts', async () => {
    const { incidents } = await resultOf({ scenario: 'key-matrix', ...inProcess('key-matrix') });
    const ends = incidents.map(({ keyCases = [] }) =>
      Object.fromEntries(
        keyCases.map(({ name, ways, snapshotId }) => [
          name,
          `${snapshotId === undefined ? 'reason' : 'copy'} ${ways.join(',')}`,
        ]),
      ),
    );
    // Where EC2 takes no key of another account for a copy, a key of the member's own takes its place.
    const [plain, , refusing] = ends;
    expect(plain).toMatchObject({
      'not-encrypted': 'copy direct',
      'customer-key-admits-custodian': 'copy direct',
      'admits-custodian-to-look-alone': 'copy direct,transit',
      'customer-key': 'copy transit',
      'aws-ebs': 'copy transit',
      'lets-us-grant-alone': 'copy transit,member-key,grant',
      'disabled-then-enabled': 'copy transit',
      disabled: 'reason ',
    });
    expect(refusing).toMatchObject({
      'aws-ebs': 'copy transit,member-key',
      'customer-key': 'copy transit,member-key',
    });
    expect(ends.map((one) => Object.values(one).filter((end) => end.startsWith('copy')).length)).toEqual([
      10, 10, 10,
    ]);
  }, 180_000);

  it('has the proof by flow logs, and the time to containment, in the signed ledger', async () => {
    const { record, close } = await drill({ scenario: 'flow-logs-prove', ...inProcess('flow-logs-prove') });
    const vault = record.organization.world
      .of(s3State, '', '')
      .buckets.get(vaultBucketName(record.accounts.evidence));
    const entries = [...(vault?.versions ?? [])]
      .filter(([key]) => key.includes('/custody/'))
      .flatMap(([key, [newest]]) => (newest?.kind === 'object' ? [vaultText(key, newest.body)] : []));
    await close();
    const proof = entries.find((entry) => entry.includes('secondsToContained')) ?? '';
    expect(proof).toMatch(/"secondsToContained":"4\.\d+"/);
    expect(proof).toMatch(/no packet accepted from a minute after [^"]+ until/);
  });

  it('says that nothing was to contain when the instance was terminated, and still keeps the finding', async () => {
    const { incidents } = await resultOf({ scenario: 'terminated', ...inProcess() });
    expect(incidents[0]?.status).toBe('nothing-to-contain');
    expect(incidents[0]?.isolatedAfterMs).toBeUndefined();
    expect(incidents[0]?.evidence.map(({ objectKey }) => objectKey?.split('/').at(-1))).toContain(
      'finding.json',
    );
  });

  it('opens one incident for a finding that comes three times', async () => {
    const { findings, incidents } = await resultOf({ scenario: 'three-times', ...inProcess() });
    expect(findings.map(({ disposition }) => disposition)).toEqual(['responded', 'duplicate', 'attached']);
    expect(incidents).toHaveLength(1);
  });

  it('re-plans the difference when a later finding is worse, without copying a disk twice', async () => {
    const { findings, incidents } = await resultOf({ scenario: 'worsens', ...inProcess() });
    expect(findings.map(({ disposition }) => disposition)).toEqual(['responded', 'attached']);
    expect(
      incidents[0]?.evidence.filter(({ kind, holds }) => kind === 'snapshot' && holds === undefined),
    ).toHaveLength(3);
  });

  it('gives the same bytes for the same seed and input, and others for another seed', async () => {
    const [one, two, other] = await Promise.all([
      resultOf({ listCalls: true }),
      resultOf({ listCalls: true }),
      resultOf({ seed: '2', listCalls: true, ...inProcess() }),
    ]);
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(one));
    expect(broken(other)).toEqual([]);
  });
});
