import { describe, expect, it } from 'vitest';
import type { CustodyEvent } from '../custody-event.ts';
import { sha256Hex } from '../sha256.ts';
import { incidentOf, recordingLedger } from '../vault-keys.ts';
import { checkRecordings } from './check-recordings.ts';
import type { LoadedExport } from './load-export.ts';
import { deposit, ledgerOf, opened, testSigner } from './sealed-export.fixture.ts';

const LEDGER = recordingLedger('inc-1', 'ada-0a1b2c3d4e5f60718');
const PARTS = {
  'recording/001-a.jsonl': '{"message":"one"}\n',
  'recording/002-b.jsonl': '{"message":"two"}\n',
};
const whole = Object.values(PARTS).join('');
const signer = testSigner();

const recorded = (more: Partial<Extract<CustodyEvent, { kind: 'session-recorded' }>> = {}): CustodyEvent => ({
  kind: 'session-recorded',
  sessionId: 'ada-0a1b2c3d4e5f60718',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  owner: 'arn:aws:sts::555555555555:assumed-role/staff/ada',
  document: 'cordon-session',
  startedAt: '2026-01-31T03:00:00Z',
  endedAt: '2026-01-31T03:30:00Z',
  ledgerId: LEDGER,
  parts: Object.entries(PARTS).map(([label, text]) => ({ label, sha256: sha256Hex(text) })),
  sha256: sha256Hex(whole),
  sizeBytes: Buffer.byteLength(whole),
  events: 2,
  firstAt: '2026-01-31T03:00:01Z',
  lastAt: '2026-01-31T03:29:00Z',
  ...more,
});

const problemsOf = (event: CustodyEvent, files: Readonly<Record<string, string>> = PARTS) => {
  const events = [
    opened,
    ...Object.entries(PARTS).map(([label, text]) => deposit(LEDGER, label, text)),
    event,
  ];
  const entries = ledgerOf(events, signer, LEDGER).map((signed) => ({
    file: `custody/${signed.entry.sequence}`,
    place: signed.entry.sequence,
    signed,
  }));
  const loaded: LoadedExport = {
    files: new Map(Object.entries(files).map(([label, text]) => [`objects/${label}`, Buffer.from(text)])),
    manifest: undefined,
    manifestSignature: undefined,
    entries,
    keeping: [],
    places: [],
    problems: [],
  };
  return checkRecordings(loaded).map(({ problem }) => problem);
};

describe('a recording', () => {
  it('is its parts, one after the other', () => {
    expect(problemsOf(recorded())).toEqual([]);
  });

  it('is another where a byte of a part is, or its parts are in another order', () => {
    expect(problemsOf(recorded(), { ...PARTS, 'recording/002-b.jsonl': '{"message":"tw0"}\n' })).toEqual([
      expect.stringContaining('not the recording'),
    ]);
    const parts = Object.entries(PARTS).map(([label, text]) => ({ label, sha256: sha256Hex(text) }));
    expect(problemsOf(recorded({ parts: parts.toReversed() }))).toHaveLength(1);
  });

  it('names no part that was not deposited, or not with that digest', () => {
    const label = 'recording/001-a.jsonl';
    expect(problemsOf(recorded({ parts: [{ label, sha256: sha256Hex('other') }] }))).toEqual([
      expect.stringContaining('was not deposited so'),
    ]);
  });

  it('is judged without the parts that are not here: those are told of as missing objects', () => {
    expect(problemsOf(recorded(), {})).toEqual([]);
  });
});

describe('the ledger of a recording', () => {
  it('belongs to its incident, and is one for each session', () => {
    expect(LEDGER).toMatch(/^inc-1-recording-[0-9a-f]{16}$/);
    expect(incidentOf(LEDGER)).toBe('inc-1');
    expect(recordingLedger('inc-1', 'ada-ffffffffffffffff')).not.toBe(LEDGER);
    expect(incidentOf('inc-1-recording-short')).toBe('inc-1-recording-short');
  });
});
