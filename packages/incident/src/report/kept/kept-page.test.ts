import { digestOf, nextEntry, type CustodyEvent, type SignedEntry } from '@cordon/evidence';
import { describe, expect, it } from 'vitest';
import { keptPage } from './kept-page.ts';
import { keptReport, type FoundRecording } from './kept-report.ts';

const KEY = 'arn:aws:kms:eu-central-1:602011150003:key/1f0c3a52-9f0d-4a8e-b4a3-0a0e6b1d7c11';
const SHA = 'ab'.repeat(32) as ReturnType<typeof digestOf>;
const PART = 'cd'.repeat(32) as typeof SHA;
const LEDGER = 'inc-1-recording-0123456789abcdef';

const entriesOf = (events: readonly CustodyEvent[]): readonly SignedEntry[] =>
  events.reduce<readonly SignedEntry[]>((before, event) => {
    const entry = nextEntry(before.at(-1), {
      incidentId: 'inc-1-keeping',
      at: '2026-11-22T04:00:00Z',
      basis: 'observed',
      actor: 'arn:aws:lambda:eu-west-1:602011150003:function:cordon-evidence-desk',
      event,
    });
    const digest = digestOf(entry);
    const signature = {
      algorithm: 'ECDSA_SHA_256',
      keyArn: KEY,
      keyFingerprint: digest,
      value: 'AAAA',
    } as const;
    return [...before, { entry, digest, signature }];
  }, []);

/** What everybody may choose in an entry of keeping is `words`. */
const eventsOf = (words: string): readonly CustodyEvent[] => {
  const by = { name: words, arn: 'arn:aws:sts::602011140002:assumed-role/readers/ada' };
  const session = {
    sessionId: `${words.slice(0, 60)}-0abc`,
    region: 'eu-central-1',
    instanceId: 'i-0fedcba9876543210',
    owner: `arn:aws:sts::602011140002:assumed-role/forensics/${words}`,
    document: words,
    startedAt: '2026-11-22T03:00:00Z',
    endedAt: '2026-11-22T03:30:05Z',
  };
  return [
    {
      kind: 'incident-opened',
      account: '602011160021',
      region: 'eu-central-1',
      instanceId: 'i-0123456789abcdef0',
      findingId: 'finding-1',
    },
    { kind: 'access-opened', by, reason: words, role: by.arn, until: '2026-11-22T04:00:00Z' },
    { kind: 'exported', by, reason: words, to: words },
    {
      kind: 'session-recorded',
      ...session,
      ledgerId: LEDGER,
      parts: [{ label: `recording/${PART}`, sha256: PART }],
      sha256: SHA,
      sizeBytes: 4_711,
      events: 12,
      firstAt: '2026-11-22T03:00:02Z',
      lastAt: '2026-11-22T03:01:00Z',
      endsEarly: 'yes',
    },
    { kind: 'recording-missing', ...session, sessionId: `${words.slice(0, 60)}-0def`, because: words },
    {
      kind: 'evidence-read',
      through: 'outside',
      caller: words,
      from: words,
      reads: [
        {
          eventId: '00000000-0000-0000-0000-000000000000',
          name: 'GetObject',
          at: '2026-11-22T03:00:00Z',
          subject: words,
          refused: 'AccessDenied',
        },
      ],
    },
  ];
};

const reportOf = (words: string, found?: FoundRecording) =>
  keptReport({
    incidentId: 'inc-1',
    end: 'signed',
    signer: 'known',
    keyFingerprint: SHA,
    entries: entriesOf(eventsOf(words)),
    recordings: new Map(found === undefined ? [] : [[LEDGER, found]]),
  });

describe('the page of keeping', () => {
  it('says who worked on the machine when, which recording came and which is missing, with digests', () => {
    const report = reportOf('ada', { status: 'verified' });
    expect(report.sessions).toMatchObject([
      { entry: 4, recording: { status: 'recorded', ledgerId: LEDGER, endsEarly: 'yes', sha256: SHA } },
      { entry: 5, recording: { status: 'missing', because: 'ada' } },
    ]);
    const page = keptPage(report);
    for (const words of [
      '2 session(s) on a forensic machine, 1 without a recording, 1 recorded in part',
      'assumed-role/forensics/ada',
      'i-0fedcba9876543210',
      '2026-11-22 03:00:00 UTC to 2026-11-22 03:30:05 UTC',
      '30 min 5 s',
      'It stops long before the session ended',
      'is what the entry names',
      'The desk opened the evidence 1 time(s). 1 entries tell of reads past it.',
      'exported it for: ada',
      'GetObject ada (refused: AccessDenied)',
      LEDGER,
      SHA,
      PART,
    ])
      expect(page).toContain(words);
  });

  it.each([
    [undefined, 'it does not lie beside this folder'],
    [{ status: 'broken', because: 'another' }, 'what lies beside this folder is not it (<bdi>another</bdi>)'],
  ] as const)('says of a recording that is %j what became of it', (found, words) => {
    expect(keptPage(reportOf('ada', found))).toContain(words);
  });

  it('says that nothing happened where nothing did, and what it cannot know', () => {
    const page = keptPage({
      ...reportOf('ada'),
      sessions: [],
      acts: [],
      ledger: [],
      end: 'not-shown',
      signer: 'unknown',
    });
    for (const words of [
      'No session on a forensic machine',
      'Nobody opened, read, exported or held the evidence',
      'entries may have been cut off at its end',
      'was not compared with anything from elsewhere',
    ])
      expect(page).toContain(words);
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='x",
    '</style><style>*{display:none}',
    '$(reboot)',
    '`reboot`|{{7*7}}',
    'a\u202Eb',
  ])('never holds %j as it was written, wherever it came from', (words) => {
    const page = keptPage(reportOf(words, { status: 'broken', because: words }));
    expect(page).not.toContain(words);
    expect(page).not.toMatch(/<script|<img|\son[a-z]+="/i);
  });
});
