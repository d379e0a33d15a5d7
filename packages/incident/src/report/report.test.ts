import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';
import { instanceFacts } from '../plan/facts.ts';
import { incidentRef } from '../workflow/incident-ref.ts';
import type { SealInput } from '../workflow/steps-io.ts';
import { enterDisk } from '../workflow/disk.ts';
import { incidentReport, plain } from './incident-report.ts';
import { judgeIncident } from './judge-incident.ts';

const AT = '2026-11-21T03:00:00.000Z';
const incident = incidentRef.parse({
  incidentId: 'inc-0123456789',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: 'f1',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: AT,
  openedAt: AT,
  revision: 0,
});
const made = plan({
  incidentId: incident.incidentId,
  posture: CONTAIN_ONLY,
  facts: instanceFacts.parse({
    ...incident,
    state: 'running',
    spot: false,
    networkInterfaces: [
      { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-1'], requesterManaged: false },
    ],
    volumes: [{ volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true }],
    isolationGroups: [],
    addresses: [],
    readAt: AT,
  }),
});
const secured = {
  ...enterDisk({ volumeId: 'vol-1', sizeGiB: 8, encrypted: false }, 'snap-1', AT),
  phase: 'secured' as const,
  evidenceSnapshotId: 'snap-9',
  locked: true,
};
const good: SealInput = {
  incident,
  plan: made,
  outcomes: [{ id: 'isolate-interface:eni-1', status: 'done', detail: 'eni-1 is in sg-2 alone', at: AT }],
  verification: { status: 'contained', open: [], containedAt: AT, attempt: 1, recheckAfterSeconds: 0 },
  disks: [secured],
  decisions: [],
  examination: {
    phase: 'ready',
    machineId: 'i-0fedcba9876543210',
    volumes: [],
    startedAt: AT,
    recheckAfterSeconds: 0,
  },
};

describe('judgeIncident', () => {
  it('seals an incident that is contained with every volume in custody', () => {
    expect(judgeIncident(good)).toMatchObject({ status: 'sealed', missing: [] });
  });

  it.each<[string, Partial<SealInput>, string]>([
    ['containment was never read back', { verification: undefined }, 'never read back'],
    [
      'an interface stayed open',
      { verification: { status: 'open', open: ['eni-1 is in sg-web'], attempt: 9, recheckAfterSeconds: 0 } },
      'eni-1 is in sg-web',
    ],
    [
      'a step failed',
      { outcomes: [{ id: 'protect', status: 'failed', detail: 'throttled', at: AT }] },
      'protect failed: throttled',
    ],
    [
      'a disk failed',
      { disks: [{ ...secured, phase: 'failed', because: 'the key is gone' }] },
      'no evidence copy of vol-1: the key is gone',
    ],
    [
      'the branch of the disks broke off',
      { disks: [] },
      'no evidence copy of vol-1: the branch of the disks broke off',
    ],
    [
      'intermediates were left behind',
      { disks: [{ ...secured, because: 'the function died' }] },
      'vol-1 is in custody, but',
    ],
    ['no plan could be made', { plan: undefined }, 'no plan'],
    [
      'no forensic machine was started for the evidence',
      { examination: undefined },
      'not ready, stopped in phase launch',
    ],
    [
      'the forensic machine never got its volumes',
      { examination: { phase: 'attach', volumes: [], startedAt: AT, recheckAfterSeconds: 0 } },
      'stopped in phase attach',
    ],
    [
      'the forensic machine failed',
      {
        examination: {
          phase: 'failed',
          volumes: [],
          startedAt: AT,
          recheckAfterSeconds: 0,
          because: 'no capacity',
        },
      },
      'no capacity',
    ],
  ])('calls a person when %s', (_name, change, reason) => {
    const judged = judgeIncident({ ...good, ...change });
    expect(judged.status).toBe('needs-a-person');
    expect(judged.reasons.join('\n')).toContain(reason);
  });
});

describe('incidentReport', () => {
  it('tells what was done, why, and what is in custody', () => {
    const report = incidentReport(good, judgeIncident(good), AT);
    for (const wanted of ['inc-0123456789', 'snap-9', 'sg-2 alone', made.hash, 'may live on'])
      expect(report).toContain(wanted);
  });

  it('says how long a disk waited for a slot to be copied in', () => {
    const queue = { since: AT, position: 3, of: 9, waitedSeconds: 312 };
    const waited: SealInput = { ...good, disks: [{ ...secured, queue }] };
    expect(incidentReport(waited, judgeIncident(waited), AT)).toContain('waited 312 s for a slot');
  });

  it.each([
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    'a\n# forged heading',
    '| forged | row |',
    '`code`',
    '\u202Egnp.exe',
  ])('makes markup of the attacker plain text: %j', (text) => {
    const hostile: SealInput = {
      ...good,
      outcomes: [{ id: 'protect', status: 'failed', detail: text, at: AT }],
    };
    const report = incidentReport(hostile, judgeIncident(hostile), AT);
    expect(report).not.toContain(text);
    expect(report.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });

  it('leaves no character with a meaning in markdown or HTML', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(plain(text)).not.toMatch(/[<>|`*_[\]\n\r]/);
      }),
    );
  });
});
