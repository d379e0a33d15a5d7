import {
  canonicalJson,
  digestOf,
  entryKey,
  keepingLedger,
  recordingLedger,
  Sha256,
  sha256Hex,
  vaultKeys,
  type CustodyEntry,
  type CustodyEvent,
} from '@cordon/evidence';
import { SESSION_LOG_GROUP_NAME, TAGS, vaultBucketName } from '@cordon/incident';
import { ec2State, observabilityState, s3State, ssmState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { ACCOUNTS, INCIDENT, MACHINE, REGION, START } from '../testing/places.ts';
import { brokenIn, found } from '../testing/tampering.ts';
import { putObject } from '../testing/write-ledger.ts';

const LONG_AGO = START - 10 * 3_600_000;
const ROOT = Sha256.parse('a'.repeat(64));
const ID = 'ada-0a1b2c3d4e5f60718';
const ABOUT = {
  sessionId: ID,
  region: REGION,
  instanceId: MACHINE,
  owner: `arn:aws:sts::${ACCOUNTS.forensics}:assumed-role/staff/ada`,
  document: 'cordon-session',
  startedAt: '2026-11-21T03:00:00Z',
  endedAt: '2026-11-21T03:30:00Z',
} as const;
const LABEL = 'recording/001-a.jsonl';
const LINES = ['{"message":"one"}', '{"message":"two"}'].join('\n').concat('\n');

const missing: CustodyEvent = { kind: 'recording-missing', ...ABOUT, because: 'nothing came' };
const recorded: CustodyEvent = {
  kind: 'session-recorded',
  ...ABOUT,
  ledgerId: recordingLedger(INCIDENT, ID),
  parts: [{ label: LABEL, sha256: sha256Hex(LINES) }],
  sha256: sha256Hex(LINES),
  sizeBytes: LINES.length,
  events: 2,
  firstAt: '2026-11-21T03:00:01Z',
  lastAt: '2026-11-21T03:29:00Z',
};

/** A good run in which somebody was on its forensic machine, long before its end, and the machine recorded these messages. */
const workedRun = (...messages: readonly string[]): GoodRun => {
  const run = goodRun();
  found(run.world.of(ec2State, ACCOUNTS.forensics, REGION).instances.get(MACHINE)).tags.set(
    TAGS.incident,
    INCIDENT,
  );
  run.world.of(ssmState, ACCOUNTS.forensics, REGION).sessions.set(ID, {
    sessionId: ID,
    target: MACHINE,
    owner: ABOUT.owner,
    userId: 'ada',
    document: {
      name: ABOUT.document,
      kmsKeyId: '',
      logGroupName: SESSION_LOG_GROUP_NAME,
      logGroupEncrypted: true,
      idleMinutes: 20,
      longestMinutes: 60,
    },
    startedAt: LONG_AGO,
    activeAt: LONG_AGO,
  });
  const events = messages.map((message) => ({
    logStreamName: ID,
    timestamp: LONG_AGO,
    ingestionTime: LONG_AGO,
    message,
  }));
  run.world
    .of(observabilityState, ACCOUNTS.forensics, REGION)
    .logStreams.set(SESSION_LOG_GROUP_NAME, new Map([[ID, events]]));
  return run;
};

/** Lays entries into the ledger of keeping; what they chain to is the verifier's. */
const say = (run: GoodRun, ...events: readonly CustodyEvent[]): void => {
  const bucket = found(run.world.of(s3State, '', '').buckets.get(vaultBucketName(ACCOUNTS.evidence)));
  const ledgerId = keepingLedger(INCIDENT);
  for (const [index, event] of events.entries()) {
    const entry: CustodyEntry = {
      schemaVersion: 1,
      incidentId: ledgerId,
      sequence: index + 2,
      at: '2026-11-21T03:40:00Z',
      previous: ROOT,
      basis: 'observed',
      actor: `arn:aws:sts::${ACCOUNTS.evidence}:assumed-role/recorder/x`,
      event,
    };
    const keyArn = `arn:aws:kms:${REGION}:${ACCOUNTS.evidence}:key/custody`;
    const signature = { algorithm: 'ECDSA_SHA_256', keyArn, keyFingerprint: ROOT, value: 'MEUCIQ==' };
    putObject(
      bucket,
      entryKey(ledgerId, index + 2),
      canonicalJson({ entry, digest: digestOf(entry), signature }),
    );
  }
};
const carry = (run: GoodRun, text: string): void => {
  const bucket = found(run.world.of(s3State, '', '').buckets.get(vaultBucketName(ACCOUNTS.evidence)));
  putObject(bucket, vaultKeys.object(recordingLedger(INCIDENT, ID), LABEL), text);
};

const broken = (run: GoodRun): string =>
  brokenIn(run.remains)
    .filter(({ id }) => id === 'sessions-recorded-or-told')
    .map(({ detail }) => detail)
    .join();

describe('sessions-recorded-or-told', () => {
  it('holds where the recording is in custody as it was made, or is said to be missing where there is none', () => {
    const kept = workedRun('one', 'two');
    say(kept, recorded);
    carry(kept, LINES);
    expect(broken(kept)).toBe('');
    const silent = workedRun();
    say(silent, missing);
    expect(broken(silent)).toBe('');
  });

  it('is broken where nothing is said of a session', () => {
    expect(broken(workedRun('one'))).toMatch(/is not in custody/);
    expect(broken(workedRun())).toMatch(/its ledger does not say so/);
  });

  it('is broken where something was said twice', () => {
    const run = workedRun('one', 'two');
    say(run, recorded, missing);
    carry(run, LINES);
    expect(broken(run)).toMatch(/told more than once/);
  });

  it('is broken where what is in custody is not what the machine recorded', () => {
    const run = workedRun('one', 'two', 'three');
    say(run, recorded);
    carry(run, LINES);
    expect(broken(run)).toMatch(/not what its machine recorded/);
    const changed = workedRun('one', 'two');
    say(changed, recorded);
    carry(changed, LINES.replace('one', 'on3'));
    expect(broken(changed)).toMatch(/not what its machine recorded/);
  });
});
