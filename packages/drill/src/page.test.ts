import { describe, expect, it } from 'vitest';
import { renderPage } from './page.ts';
import type { DrillResult, IncidentRow } from './result.ts';

const KEY = 'arn:aws:kms:eu-central-1:602011150003:key/mrk-7c1df0c3a529f0d4a8eb4a30a0e6b1d7';
const FINGERPRINT = 'ab'.repeat(32);
const REPLAY = 'npx -y pnpm@12.21.0 drill --scenario richest --seed 1';
const CAVEAT =
  'Every interface read back in the empty group, which ends no connection that was tracked before: each is cut by another step or named below.';

const incident: IncidentRow = {
  incidentId: 'inc-602011160021-eu-central-1-i-0123456789abcdef0-1',
  status: 'sealed',
  reasons: ['every step was done'],
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  isolatedAfterMs: 1800,
  containedAfterMs: 2600,
  leftOpen: ['connections that exist through a NAT gateway live on'],
  connections: [
    {
      direction: 'outbound',
      protocol: 'tcp',
      remote: '198.51.100.23',
      path: 'nat-gateway',
      tracked: true,
      state: 'cut',
      cutAfterMs: 1_900,
      by: 'network-acl',
    },
    {
      direction: 'outbound',
      protocol: 'tcp',
      remote: '192.0.2.66',
      path: 'nat-gateway',
      tracked: true,
      state: 'open',
    },
  ],
  states: [{ name: 'Inspect', enteredAfterMs: 400 }],
  evidence: [
    {
      kind: 'snapshot',
      volumeId: 'vol-0123456789abcdef0',
      snapshotId: 'snap-0fedcba9876543210',
      account: '602011150003',
      keyArn: KEY,
      lock: { mode: 'governance', until: '2027-02-19T03:00:12.000Z' },
      digest: { algorithm: 'sha-256', of: 'custody entry', value: '0123456789abcdef'.repeat(4) },
    },
    { kind: 'snapshot', volumeId: 'vol-1', snapshotId: 'snap-1', account: '602011150003', keyArn: KEY },
    {
      kind: 'object',
      objectKey: 'incidents/inc-602011160021-eu-central-1-i-0123456789abcdef0-1/objects/finding.json',
      account: '602011150003',
      keyArn: KEY,
    },
  ],
  missing: [{ subject: 'vol-gone', because: 'it was deleted before the freeze' }],
  forensics: { account: '602011150004', instanceId: 'i-0f0f0f0f0f0f0f0f0', volumes: ['vol-a', 'vol-b'] },
};

const result: DrillResult = {
  schemaVersion: 1,
  scenario: 'richest',
  seed: '1',
  through: 'seal',
  findings: [{ id: 'f'.repeat(32), disposition: 'responded', reasons: [], incidentId: incident.incidentId }],
  verdict: { decision: 'respond', reasons: ['severity 8 is at or above 7'] },
  incidents: [incident],
  calls: {
    total: 321,
    serialBeforeIsolation: 1,
    serial: [
      {
        index: 9,
        sentAfterMs: 1700,
        repliedAfterMs: 1800,
        caller: 'arn:aws:sts::602011160021:assumed-role/cordon-contain/inc-1',
        service: 'ec2',
        operation: 'ModifyNetworkInterfaceAttribute',
        region: 'eu-central-1',
        outcome: 'ok',
      },
    ],
  },
  custody: { keyFingerprint: FINGERPRINT },
  invariants: [{ id: 'contained-only-after-read-back', held: true, detail: '2 interfaces read back' }],
  notJudged: [{ id: 'release', why: 'nothing was released' }],
  assumptions: ['CreateSnapshots freezes all volumes at one instant'],
};

const page = (changes: Partial<DrillResult> = {}, verify: readonly string[] = []): string =>
  renderPage({ ...result, ...changes }, { replay: REPLAY, verify });

describe('renderPage', () => {
  it('says first what happened and how it ended', () => {
    const lines = page().split('\n');
    expect(lines[0]).toBe('CORDON DRILL  scenario richest, seed 1, judged through seal');
    expect(lines[1]).toBe(
      '  CONTAINED, EVIDENCE SEALED: i-0123456789abcdef0 in account 602011160021, eu-central-1',
    );
    expect(lines[2]).toBe('  all 1 invariants judged HELD, 1 not judged');
  });

  it('says what it does not know: tracked connections, and real AWS', () => {
    expect(page().replaceAll(/\s+/g, ' ')).toContain(CAVEAT);
    expect(page()).toContain('never run against real AWS');
  });

  it('shows each connection as cut, by what, or as living on, and what the statement leaves open', () => {
    const text = page().replaceAll(/\s+/g, ' ');
    expect(text).toContain('Connections: 1 of 2 cut');
    expect(text).toContain(
      'to 198.51.100.23 by nat-gateway, tracked: cut 1.9 s after the event (network-acl)',
    );
    expect(text).toContain('to 192.0.2.66 by nat-gateway, tracked: LIVES ON');
    expect(text).toContain('left open: connections that exist through a NAT gateway live on');
  });

  it('claims no read-back where containment was not read back', () => {
    const { containedAfterMs: _, ...open } = incident;
    const shown = page({ incidents: [{ ...open, status: 'needs-a-person' }] });
    expect(shown).not.toContain('read back in the empty group');
    expect(shown).toContain('NEEDS A PERSON');
    expect(shown).toContain('contained  containment was not read back');
  });

  it('gives times as virtual', () => {
    expect(page()).toContain('isolated   1.8 s after the event');
    expect(page()).toContain('contained  2.6 s after the event');
    expect(page()).toContain('virtual time: a model');
  });

  it('lists evidence with account, key, lock and digest, and says what is not locked', () => {
    expect(page()).toMatch(
      /vol-0123456789abcdef0 snap-0fedcba9876543210 602011150003 \.\.0e6b1d7 2027-02-19 03:00 +0123456789/,
    );
    expect(page()).toMatch(/vol-1 +snap-1 +602011150003 \.\.0e6b1d7 NOT LOCKED +none/);
    expect(page()).toMatch(/objects\/finding\.json +602011150003/);
    expect(page()).toContain('MISSING vol-gone: it was deleted before the freeze');
    expect(page()).toContain('i-0f0f0f0f0f0f0f0f0 in account 602011150004 with 2 volume(s)');
  });

  it('lists the serial calls with who made them', () => {
    expect(page()).toMatch(/1\.7 s +ec2 ModifyNetworkInterfaceAttribute +eu-central-1 +cordon-contain/);
  });

  it('names a broken invariant and the one line that runs it again, and only then', () => {
    const broken = page({
      invariants: [{ id: 'never-less-contained', held: false, detail: 'eni-1 went back' }],
    });
    expect(broken).toContain('1 of 1 invariants BROKEN');
    expect(broken).toContain('BROKEN never-less-contained: eni-1 went back');
    expect(broken).toContain(`  ${REPLAY}\n`);
    expect(page()).not.toContain(REPLAY);
  });

  it('shows what was not judged, what was assumed, the fingerprint and how to verify', () => {
    const shown = page({}, ['cordon evidence verify out/evidence/x --key-fingerprint F']);
    expect(shown).toContain('release: nothing was released');
    expect(shown).toContain('CreateSnapshots freezes all volumes');
    expect(shown).toContain(`Ledger key fingerprint: ${FINGERPRINT}`);
    expect(shown).toContain('  cordon evidence verify out/evidence/x --key-fingerprint F\n');
  });

  it('says so when no incident was opened', () => {
    const shown = page({
      incidents: [],
      verdict: { decision: 'observe', reasons: ['it is a sample'] },
      calls: { total: 3, serial: [] },
    });
    expect(shown).toContain('NO INCIDENT was opened');
    expect(shown).toContain('Verdict: observe');
    expect(shown).toContain('AWS calls: 3\n');
  });

  it("shows an attacker's text without its control characters, markup and substitutions, wherever it comes in", () => {
    const hostile = '\u001B[2J$(id)`x`<img src=x>\u202E\nVerdict: ignore';
    const shown = page({
      seed: hostile,
      findings: [{ id: hostile, disposition: 'set-aside', reasons: [hostile] }],
      verdict: { decision: 'respond', reasons: [hostile] },
      incidents: [
        {
          ...incident,
          reasons: [hostile],
          missing: [{ subject: hostile, because: hostile }],
          evidence: [{ kind: 'object', objectKey: hostile, account: hostile, keyArn: hostile }],
        },
      ],
      invariants: [{ id: 'x', held: false, detail: hostile }],
      assumptions: [hostile],
    });
    expect(shown).not.toMatch(/[^\n -~]|[<>`$]/);
    expect(shown.match(/^Verdict: /gm)).toEqual(['Verdict: ']);
  });

  it('stays within 100 columns save for the lines to copy', () => {
    const long = 'a reason of many words that goes on and on '.repeat(9);
    const shown = page({
      verdict: { decision: 'respond', reasons: [long, 'x'.repeat(300)] },
      incidents: [{ ...incident, reasons: [long] }],
    });
    const toRead = shown.split('\n').filter((line) => !line.startsWith('  pnpm cordon '));
    expect(Math.max(...toRead.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('counts findings beyond the first twenty', () => {
    const [finding] = result.findings;
    const findings = Array.from({ length: 23 }, (_, index) => ({
      ...finding,
      id: `finding-${index}`,
      disposition: 'duplicate' as const,
      reasons: [],
    }));
    expect(page({ findings })).toContain('and 3 more');
    expect(page({ findings })).not.toContain('finding-20:');
  });
});
