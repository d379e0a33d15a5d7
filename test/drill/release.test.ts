import { judge, runDrill, type RunRecord } from '@cordon/drill';
import { TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

const drilled = (scenario: string) =>
  runDrill(
    {
      config,
      scenario,
      seed: '1',
      through: 'seal',
      forged: false,
      listCalls: false,
      conditions: { runtime: { inProcess: inProcessHandlers() } },
    },
    () => {},
  );

const brokenIn = (record: RunRecord): readonly string[] =>
  judge(record, { scenario: 'contain-then-release', listCalls: false })
    .invariants.filter(({ held }) => !held)
    .map(({ id }) => id);

describe('the drill of a release', () => {
  it('is released exactly, by two people, through the operator function, and the judge sees each way of failing', async () => {
    const { result, record, close } = await drilled('contain-then-release');
    expect(result.incidents[0]?.status).toBe('released');
    expect(result.invariants.filter(({ held }) => !held)).toEqual([]);
    expect(result.invariants.map(({ id }) => id)).toContain('released-exactly');

    const [suspect] = record.suspects;
    const { journal, world } = record.organization;
    const ec2 = world.of(ec2State, suspect?.account ?? '', suspect?.region ?? '');
    const instance = ec2.instances.get(suspect?.instanceId ?? '');
    const nic = ec2.networkInterfaces.get(suspect?.networkInterfaceIds[0] ?? '');
    if (instance === undefined || nic === undefined) throw new Error('the suspect is gone');

    instance.tags.set(TAGS.incident, 'inc-0000000000');
    expect(brokenIn(record)).toEqual(['released-exactly']);
    instance.tags.delete(TAGS.incident);

    instance.disableApiTermination = true;
    expect(brokenIn(record)).toEqual(['released-exactly']);
    instance.disableApiTermination = false;

    const groups = nic.groups;
    nic.groups = [...groups, 'sg-0c0ffee0000000001'];
    expect(brokenIn(record)).toContain('released-exactly');
    nic.groups = groups;

    // Without the second person's signed request nobody wanted it: each call of the release is then a violation.
    const calls = [...journal.calls];
    const answers = calls.filter(({ operation }) => operation === 'InvokeFunctionUrl');
    const second = answers.at(-1);
    (journal.calls as typeof calls).splice(0, calls.length, ...calls.filter((call) => call !== second));
    expect(brokenIn(record)).toEqual(
      expect.arrayContaining(['never-less-contained', 'contained-only-after-read-back', 'released-exactly']),
    );

    // Nor does one person count for two.
    const first = answers.at(-2);
    (journal.calls as typeof calls).splice(
      0,
      journal.calls.length,
      ...calls.map((call) => (call === second ? { ...call, caller: first?.caller ?? '' } : call)),
    );
    expect(brokenIn(record)).toContain('never-less-contained');
    (journal.calls as typeof calls).splice(0, journal.calls.length, ...calls);
    expect(brokenIn(record)).toEqual([]);
    await close();
  });

  it('is contained again within the interval of the watch whenever somebody opens it', async () => {
    const { result, record, close } = await drilled('drift-is-recontained');
    expect(result.invariants.filter(({ held }) => !held)).toEqual([]);
    const at = (kind: string) =>
      record.organization.journal.events.flatMap(({ at: when, event }) =>
        (event['detail'] as { kind?: string } | undefined)?.kind === kind ? [when] : [],
      );
    expect(at('containment-drifted')).toHaveLength(2);
    const [sealedAt = 0] = at('incident-sealed');
    const [, again = 0, thrice = 0] = at('contained');
    expect(again - (sealedAt + 3_600_000)).toBeLessThan(6 * 60_000);
    expect(thrice - (sealedAt + 7_200_000)).toBeLessThan(6 * 60_000);
    await close();
  });

  it('lifts what has drifted when people name it', async () => {
    const { result, close } = await drilled('release-with-drift');
    expect(result.incidents[0]?.status).toBe('released');
    expect(result.invariants.filter(({ held }) => !held)).toEqual([]);
    await close();
  });
});
