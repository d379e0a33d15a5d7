import { describe, expect, it } from 'vitest';
import { keyFingerprint, verifyExport } from '@cordon/evidence';
import { dynamodbState } from '@cordon/local-aws';
import { drillResult, type DrillResult } from '../result.ts';
import { exportIncident } from './export-evidence.ts';
import { judge } from './judge.ts';
import type { Remains } from './remains.ts';
import { putExecution, putMessage } from './testing/furnish-security.ts';
import { asFunction } from './testing/good-journal.ts';
import { delivery, goodRun } from './testing/good-run.ts';
import { writeCall, writeEvent } from './testing/journal-book.ts';
import { ACCOUNTS, COPIES, FINDING, INCIDENT, MACHINE, REGION, VOLUMES } from './testing/places.ts';

const OPTIONS = { scenario: 'by-hand', listCalls: false };

const judged = (remains: Remains): DrillResult => judge(remains, OPTIONS);

describe('the result of a good run', () => {
  it('holds every invariant, and is what its schema says', () => {
    const result = judged(goodRun().remains);
    expect(result.invariants.filter(({ held }) => !held)).toEqual([]);
    expect(result.invariants.map(({ id }) => id)).toEqual([
      'no-finding-lost',
      'never-less-contained',
      'contained-only-after-read-back',
      'flows-cut-or-named',
      'source-evidence-untouched',
      'every-volume-in-custody-or-reasoned',
      'copies-within-quota',
      'no-credentials-to-the-suspect',
      'one-open-incident-per-instance',
      'bounded-and-told',
      'no-call-outside-a-duty',
      'hostile-text-contained',
      'neighbours-unbroken',
      'custody-verifies',
    ]);
    expect(result.assumptions.some((line) => line.startsWith('unconfirmed: CopySnapshot'))).toBe(true);
    expect(result.invariants.find(({ id }) => id === 'every-volume-in-custody-or-reasoned')?.detail).toMatch(
      /^2 of 2 volume/,
    );
    expect(result.notJudged.map(({ id }) => id)).toEqual([
      'nothing-before-approval',
      'climbed-only-when-open',
      'proof-is-true',
      'released-exactly',
      'no-permission-unused',
      'same-journal-same-decisions',
    ]);
    expect(drillResult.parse(result)).toEqual(result);
  });

  it('gives the incident its times from the journal and its things from the accounts that hold them', () => {
    const [incident] = judged(goodRun().remains).incidents;
    expect(incident).toMatchObject({
      incidentId: INCIDENT,
      status: 'sealed',
      isolatedAfterMs: 1_000,
      containedAfterMs: 1_750,
      states: [{ name: 'Inspect', enteredAfterMs: 450 }],
      missing: [],
      forensics: { instanceId: MACHINE },
    });
    expect(incident?.forensics?.volumes).toHaveLength(VOLUMES.length);
    const rows = incident?.evidence ?? [];
    expect(
      rows.map(({ kind, volumeId, snapshotId, objectKey }) => ({ kind, volumeId, snapshotId, objectKey })),
    ).toEqual([
      ...VOLUMES.map(({ volumeId }, index) => ({
        kind: 'snapshot',
        volumeId,
        snapshotId: COPIES[index],
        objectKey: undefined,
      })),
      {
        kind: 'object',
        volumeId: undefined,
        snapshotId: undefined,
        objectKey: `incidents/${INCIDENT}/objects/finding.json`,
      },
    ]);
    expect(rows[0]?.keyArn).toMatch(/^arn:aws:kms:eu-west-1:602011150003:key\/[0-9a-f-]{36}$/);
    expect(rows[2]?.keyArn).toBe('arn:aws:kms:eu-west-1:602011150003:key/vault');
    expect(rows.every(({ lock, digest }) => lock !== undefined && digest !== undefined)).toBe(true);
  });

  it('lists the calls only when asked, and counts those of our principals alone', () => {
    const { remains } = goodRun();
    writeCall(remains.organization.journal, {
      at: 50,
      by: '602011150005/web-app/i-0bbbbbbbbbbbbbbbb',
      does: 's3 GetObject',
    });
    const total = remains.organization.journal.calls.length - 1;
    expect(judged(remains).calls).toMatchObject({ total });
    expect(judged(remains).calls.list).toBeUndefined();
    expect(judge(remains, { ...OPTIONS, listCalls: true }).calls.list).toHaveLength(total);
  });

  it('names the checks that AWS does not document among the assumptions', () => {
    const { remains } = goodRun();
    const call = writeCall(remains.organization.journal, {
      at: 5_300,
      by: asFunction('intake'),
      does: 'sqs DeleteMessage',
    });
    const check = {
      action: 'ec2:CopySnapshot',
      resource: '*',
      verdict: 'allow',
      why: 'a test',
      account: '111111111111',
      context: {},
      layer: 'identity',
      decisive: [],
      assumed: true,
    } as const;
    remains.organization.journal.calls[call.index] = {
      ...call,
      checks: [check, { ...check, assumed: false }],
    };
    expect(judged(remains).assumptions.at(-1)).toBe(
      '1 authorization check(s) are not documented by AWS, and the stricter reading was taken: ec2:CopySnapshot',
    );
  });

  it('exports the folder that the offline verifier takes', () => {
    const { remains } = goodRun();
    const folder = exportIncident(remains, INCIDENT);
    const publicKey = folder.get('public-key.der') ?? new Uint8Array();
    expect(verifyExport(folder, { keyFingerprint: keyFingerprint(publicKey) })).toMatchObject({
      status: 'verified',
      incidentId: INCIDENT,
      problems: [],
    });
    expect(judged(remains).custody).toEqual({ keyFingerprint: keyFingerprint(publicKey) });
  });
});

describe('how an incident stands', () => {
  const withoutSeal = (remains: Remains): Remains => {
    const { events } = remains.organization.journal;
    events.splice(events.findIndex(({ event }) => JSON.stringify(event).includes('incident-sealed')));
    return { ...remains, through: 'contain' };
  };

  it('is contained when the run ends there', () => {
    expect(judged(withoutSeal(goodRun().remains)).incidents[0]?.status).toBe('contained');
  });

  it('needs a person when one was called last', () => {
    const { remains } = goodRun();
    writeEvent(remains.organization.journal, 21_000, {
      kind: 'needs-a-person',
      reasons: ['a volume has no copy'],
    });
    expect(judged(remains).incidents[0]).toMatchObject({
      status: 'needs-a-person',
      reasons: ['a volume has no copy'],
    });
  });

  it('needs a person when a later look found it open', () => {
    const { remains } = goodRun();
    const before = withoutSeal(remains);
    writeEvent(remains.organization.journal, 3_000, {
      kind: 'containment-open',
      reasons: ['an interface was attached'],
    });
    expect(judged(before).incidents[0]).toMatchObject({
      status: 'needs-a-person',
      reasons: ['an interface was attached'],
    });
  });

  it('has nothing to contain when it was sealed and never said to be contained', () => {
    const { remains } = goodRun();
    const { events } = remains.organization.journal;
    events.splice(
      events.findIndex(({ event }) => JSON.stringify(event).includes('"contained"')),
      1,
    );
    expect(judged(remains).incidents[0]?.status).toBe('nothing-to-contain');
  });

  it('needs a person when nothing was said, whatever the workflow says of itself', () => {
    const { remains } = goodRun();
    remains.organization.journal.events.splice(1);
    expect(judged(remains).incidents[0]?.status).toBe('needs-a-person');
  });
});

describe('what became of a finding', () => {
  const told = (deliveries: Remains['deliveries'], change: (remains: Remains) => void = () => undefined) => {
    const run = goodRun();
    change(run.remains);
    return judged({ ...run.remains, deliveries });
  };

  it('is a duplicate when the same event came again and nothing followed', () => {
    const { findings, verdict } = told([delivery(0), delivery(1_000), delivery(2_000)]);
    expect(findings.map(({ disposition }) => disposition)).toEqual(['responded', 'duplicate', 'duplicate']);
    expect(findings[0]?.incidentId).toBe(INCIDENT);
    expect(verdict.decision).toBe('respond');
  });

  it('is attached when a newer state of it came', () => {
    const { findings } = told(
      [delivery(0), delivery(1_000), delivery(30_000, { count: 2 })],
      ({ organization }) =>
        writeEvent(organization.journal, 31_000, { kind: 'finding-attached', effect: 'attach' }),
    );
    expect(findings.map(({ disposition }) => disposition)).toEqual(['responded', 'duplicate', 'attached']);
  });

  it('is observed first and responded to when it grew, with times from then on', () => {
    const { findings, incidents, verdict } = told(
      [delivery(-60_000, { severity: 4 }), delivery(0, { severity: 8 })],
      ({ organization: { journal } }) => {
        writeEvent(journal, -59_000, {
          kind: 'finding-observed',
          incidentId: undefined,
          reasons: ['severity 4 is below 7'],
        });
        journal.events.unshift(...journal.events.splice(-1));
      },
    );
    expect(findings.map(({ disposition }) => disposition)).toEqual(['observed', 'responded']);
    expect(verdict).toEqual({ decision: 'respond', reasons: ['severity 8 in eu-west-1'] });
    expect(incidents[0]?.isolatedAfterMs).toBe(1_000);
  });

  it('opens an incident for each of its instances, and its next state is told apart from that', () => {
    const { findings } = told([delivery(0), delivery(0, { count: 2 })], ({ organization: { journal } }) => {
      writeEvent(journal, 460, {
        kind: 'incident-opened',
        incidentId: 'inc-second00',
        instanceId: 'i-0eeeeeeeeeeeeeeee',
      });
      writeEvent(journal, 600, { kind: 'finding-attached', effect: 'attach' });
      journal.events.sort((a, b) => a.at - b.at);
    });
    expect(findings.map(({ disposition }) => disposition)).toEqual(['responded', 'attached']);
  });

  it('is set aside with code, message and hint when the queue holds it, even without an id', () => {
    const nameless = { ...delivery(0, { nothing: true }), findingId: undefined };
    const { findings, verdict } = told([nameless], ({ organization: { world } }) =>
      putMessage(world, 'cordon-findings-set-aside', JSON.stringify(nameless.event), {
        code: 'no-id',
        message: 'it has no id',
        hint: 'look at the sender',
      }),
    );
    expect(findings).toEqual([
      { id: 'unknown', disposition: 'set-aside', reasons: ['no-id', 'it has no id', 'look at the sender'] },
    ]);
    expect(verdict.decision).toBe('ignore');
  });

  it('is set aside by the queue itself when intake never took it', () => {
    const other = { ...delivery(0, { id: 'other' }), findingId: 'other' };
    const { findings } = told([other], ({ organization: { world } }) =>
      putMessage(world, 'cordon-findings-set-aside', JSON.stringify(other.event)),
    );
    expect(findings[0]?.disposition).toBe('set-aside');
    expect(findings[0]?.reasons[0]).toContain('intake could not take it');
  });

  it('is ignored when its event does not claim to be a finding, for no rule takes it', () => {
    const other = {
      ...delivery(0),
      findingId: 'other',
      event: { source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification', detail: {} },
    };
    expect(told([other]).findings[0]).toMatchObject({ id: 'other', disposition: 'ignored' });
  });

  it('is lost when nothing at all is known of it, and that breaks a promise', () => {
    const result = told([delivery(0), { ...delivery(0, { id: 'lost' }), findingId: 'lost' }]);
    expect(result.findings[1]?.disposition).toBe('not-taken');
    expect(result.invariants.find(({ id }) => id === 'no-finding-lost')).toMatchObject({
      held: false,
      detail: 'nothing at all is known of finding lost',
    });
  });
});

describe('what a run could not have broken', () => {
  it('is not judged without an incident', () => {
    const { remains } = goodRun();
    const { journal, world } = remains.organization;
    journal.calls.splice(0);
    journal.events.splice(0);
    world.of(dynamodbState, ACCOUNTS.security, REGION).tables.clear();
    writeEvent(journal, 500, { kind: 'finding-observed', incidentId: undefined, reasons: ['a sample'] });
    const ids = judged(remains).notJudged.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'never-less-contained',
        'contained-only-after-read-back',
        'source-evidence-untouched',
        'no-credentials-to-the-suspect',
        'one-open-incident-per-instance',
        'no-call-outside-a-duty',
      ]),
    );
  });

  it('is not judged past where the run was to end', () => {
    const { remains } = goodRun();
    const ids = judged({ ...remains, through: 'contain' }).notJudged.map(({ id }) => id);
    expect(ids).toEqual([
      'every-volume-in-custody-or-reasoned',
      'custody-verifies',
      'nothing-before-approval',
      'climbed-only-when-open',
      'proof-is-true',
      'released-exactly',
      'no-permission-unused',
      'same-journal-same-decisions',
    ]);
  });

  it('is not judged without neighbours or hostile text', () => {
    const { remains } = goodRun();
    const alone = remains.suspects.map(({ autoScalingGroup: _group, ...suspect }) => ({
      ...suspect,
      siblings: [],
    }));
    const ids = judged({ ...remains, suspects: alone, hostileTexts: [] }).notJudged.map(({ id }) => id);
    expect(ids).toEqual([
      'hostile-text-contained',
      'neighbours-unbroken',
      'nothing-before-approval',
      'climbed-only-when-open',
      'proof-is-true',
      'released-exactly',
      'no-permission-unused',
      'same-journal-same-decisions',
    ]);
  });
});

describe('the result', () => {
  it('is the same for the same remains, and judging changes nothing', () => {
    const { remains, world } = goodRun();
    putExecution(world, `${INCIDENT}-r1`, 'SUCCEEDED');
    expect(JSON.stringify(judged(remains))).toBe(JSON.stringify(judged(remains)));
  });

  it('names the finding and starts the clock when it arrived', () => {
    const { findings, calls } = judged(goodRun().remains);
    expect(findings[0]?.id).toBe(FINDING);
    expect(calls.serial.at(-1)).toMatchObject({
      operation: 'ModifyNetworkInterfaceAttribute',
      sentAfterMs: 900,
      repliedAfterMs: 1_000,
    });
  });
});
