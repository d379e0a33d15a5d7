import { LIVE_CHECKS, LIVE_DOCUMENT_NAMES, MEMORY_DOCUMENT_NAMES } from '@cordon/incident';
import { ssmState, type JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { config } from '../../cordon.config.ts';
import { vaultText, vaultVersions } from '../vault-text.ts';
import { allowing } from './allowing.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const BOTH = allowing({ memory: 'automatic', managementPath: 'automatic', liveResponse: 'automatic' });
const ALONE = allowing({ managementPath: 'automatic', liveResponse: 'automatic', stop: 'automatic' });
const FIRST = allowing({ order: 'memory-first', memory: 'automatic', liveResponse: 'automatic' });

const asked = (more: Partial<Play> = {}): Promise<Played> =>
  play({ scenario: 'memory-captured', config: BOTH, ...more });

const sentOf = (played: Played): readonly JournalCall[] =>
  played.callsOf('SendCommand', 'cordon-capture').filter(({ outcome }) => outcome === 'ok');
const documentsOf = (played: Played): readonly unknown[] =>
  sentOf(played).map(({ input }) => input['DocumentName']);

const said = z.object({
  documentSha256: z.string(),
  caveat: z.string(),
  checks: z.array(z.object({ check: z.string(), extent: z.string(), lines: z.array(z.string()) })),
});

/** What lies in the vault under a label; empty where nothing does. */
const vaultOf = ({ organization }: Played, label: string): string => {
  const versions = vaultVersions(organization, config.accounts.evidence);
  return [...versions]
    .flatMap(([key, [newest]]) =>
      key.endsWith(`/objects/${label}`) && newest?.kind === 'object' ? [vaultText(key, newest.body)] : [],
    )
    .join('');
};

describe('a host that is asked what it is doing', () => {
  it('answers after its memory was captured, by a pinned document, and its words are in the vault', async () => {
    const played = await asked();
    expect(documentsOf(played)).toEqual([MEMORY_DOCUMENT_NAMES.Linux, LIVE_DOCUMENT_NAMES.Linux]);
    const kept = said.parse(JSON.parse(vaultOf(played, 'live-response.json')));
    expect(kept.checks.map(({ check }) => check)).toEqual([...LIVE_CHECKS]);
    expect(sentOf(played).at(-1)?.input).toMatchObject({
      DocumentHash: kept.documentSha256,
      InstanceIds: [played.suspect.instanceId],
    });
    expect(kept.caveat).toContain('compromised');
    const page = vaultOf(played, 'report.html');
    expect(page).toContain('the host said, line by line: processes 1, commandLines 1');
    expect(page).not.toContain('<script>');
    expect(JSON.stringify(played.told)).not.toContain('reboot');
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('is asked without a capture as well, through the path, and the stop waits for it', async () => {
    const played = await asked({ config: ALONE });
    expect(documentsOf(played)).toEqual([LIVE_DOCUMENT_NAMES.Linux]);
    const [stopped] = played.callsOf('StopInstances').filter(({ outcome }) => outcome === 'ok');
    expect(stopped?.sentAt).toBeGreaterThan(sentOf(played)[0]?.sentAt ?? Number.NaN);
    expect(vaultOf(played, 'live-response.json')).toContain('commandLines');
  });

  it('is asked before the cut, after its memory, where memory comes first', async () => {
    const played = await play({ scenario: 'memory-first', config: FIRST });
    expect(documentsOf(played)).toEqual([MEMORY_DOCUMENT_NAMES.Linux, LIVE_DOCUMENT_NAMES.Linux]);
    const cut = played
      .callsOf('ModifyNetworkInterfaceAttribute')
      .find(({ input }) => Array.isArray(input['Groups']));
    expect(cut?.sentAt).toBeGreaterThan(sentOf(played).at(-1)?.sentAt ?? Number.NaN);
    expect(played.kinds).toContain('contained');
  });
});

/** An administrator of the member writes another document under the name. */
const changeDocument = ({ organization, suspect }: Stage): void => {
  const { documents } = organization.world.of(ssmState, suspect.account, suspect.region);
  const held = documents.get(LIVE_DOCUMENT_NAMES.Linux);
  const [first] = held?.versions ?? [];
  if (first !== undefined)
    held?.versions.splice(0, 1, { ...first, text: first.text.replace('say()', 'sai()') });
};

describe('a host that says nothing', () => {
  it.each([
    [
      'its agent does not answer',
      'did not answer Systems Manager in time',
      ({ organization, suspect }: Stage) => {
        const state = organization.world.of(ssmState, suspect.account, suspect.region);
        state.guests.clear();
        state.agents.clear();
      },
    ],
    ['somebody has changed the document', 'somebody has changed it', changeDocument],
    [
      'the document is not there',
      'could not be read',
      ({ organization, suspect }: Stage) => {
        organization.world
          .of(ssmState, suspect.account, suspect.region)
          .documents.delete(LIVE_DOCUMENT_NAMES.Linux);
      },
    ],
  ])('because %s, is missing evidence with that reason, and contained', async (_what, reason, furnish) => {
    const played = await asked({ config: ALONE, furnish });
    expect(played.reasonsOf('evidence-missing')).toContain(reason);
    expect(documentsOf(played)).toEqual([]);
    expect(vaultOf(played, 'live-response.json')).toBe('');
    expect(played.kinds).toContain('contained');
  });

  it('is not asked, and the plan says why, where nothing leads to its agent or the deployment has no document', async () => {
    const cut = await play({ config: allowing({ liveResponse: 'automatic' }) });
    expect(vaultOf(cut, 'report.json')).toContain('no management path is kept');
    const { liveResponse: _left, ...memory } = config.evidence.memory ?? { minutes: 15 };
    const without = { ...ALONE, evidence: { ...ALONE.evidence, memory } };
    const played = await asked({ config: without });
    expect(vaultOf(played, 'report.json')).toContain('evidence.memory.liveResponse');
    expect(documentsOf(played)).toEqual([]);
  });
});
