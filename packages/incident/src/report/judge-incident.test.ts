import { describe, expect, it } from 'vitest';
import type { SealInput } from '../workflow/steps-io.ts';
import { enterDisk } from '../workflow/disk.ts';
import { judgeIncident } from './judge-incident.ts';
import { AT, incident, made } from './report.fixture.ts';

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

  const ready = {
    phase: 'ready' as const,
    machineId: 'i-1',
    volumes: [],
    startedAt: AT,
    recheckAfterSeconds: 0,
  };
  const seal = 'a'.repeat(64);
  it.each<[string, Partial<SealInput>, string]>([
    [
      'the examination failed',
      { examination: { ...ready, triage: { status: 'failed', startedAt: AT, because: 'they changed' } } },
      'The examination of the disks failed. They changed.',
    ],
    [
      'nobody examined the disks, though there is an image that could',
      { examination: { ...ready, triage: { status: 'not-run', startedAt: AT, because: 'no agent' } } },
      'were not examined by the machine. No agent.',
    ],
    [
      'the image of memory is another',
      {
        memoryExamination: {
          ...ready,
          of: 'memory',
          triage: { status: 'failed', startedAt: AT, seal, memory: { verdict: 'changed', sha256: seal } },
        },
      },
      'is not the one that the host hashed',
    ],
    [
      'memory in custody was not examined',
      { memoryExamination: { ...ready, of: 'memory', phase: 'failed', because: 'it was terminated' } },
      'the image of memory was not examined: it was terminated',
    ],
    [
      'the results are not in custody',
      {
        examination: {
          ...ready,
          triage: { status: 'whole', startedAt: AT, seal },
          results: { attached: false, because: 'the copy failed' },
        },
      },
      'results of disks are not in custody, and stay on the machine: the copy failed',
    ],
  ])('calls a person where %s', (_what, change, because) => {
    const judged = judgeIncident({ ...good, ...change });
    expect(judged.status).toBe('needs-a-person');
    expect(judged.reasons.join('\n')).toContain(because);
  });

  it.each<[string, NonNullable<SealInput['examination']>['triage'], string]>([
    ['was partly done', { status: 'partly', startedAt: AT, missing: ['yara: no rules'] }, 'Yara: no rules.'],
    [
      'is not what the deployment has an image for',
      { status: 'not-run', startedAt: AT, noImage: true, because: 'no scripts' },
      'No scripts.',
    ],
  ])('says, and calls nobody, where the examination %s', (_what, triage, said) => {
    const judged = judgeIncident({ ...good, examination: { ...ready, triage } });
    expect(judged.status).toBe('sealed');
    expect(judged.reasons.join('\n')).toContain(said);
  });
});
