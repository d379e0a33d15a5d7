import { describe, expect, it } from 'vitest';
import { vaultKeys } from '@cordon/evidence';
import { REPORT_LABELS } from '@cordon/incident';
import { putObject } from '../testing/write-ledger.ts';
import { asDuty, asFunction } from '../testing/good-journal.ts';
import { goodRun } from '../testing/good-run.ts';
import { HOSTILE, INCIDENT } from '../testing/places.ts';
import { brokenIn, call, event, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'it is in a message to people',
    tamper: (run) =>
      call(run, {
        at: 2_000,
        by: asFunction('seal'),
        does: 'sns Publish',
        input: { Subject: 's', Message: JSON.stringify({ why: `tag "${HOSTILE}"` }) },
      }),
    says: /sns Publish by cordon-seal holds/,
  },
  {
    when: 'it is in a phase event',
    tamper: (run) => event(run, 2_000, { kind: 'evidence-secured', subject: HOSTILE }),
    says: /event evidence-secured at \d+ holds/,
  },
  {
    when: 'it is in the report',
    tamper: (run) =>
      putObject(run.vault, vaultKeys.object(INCIDENT, REPORT_LABELS.page), `<p>report on ${HOSTILE}</p>`),
    says: /report\.html holds/,
    also: ['custody-verifies'],
  },
  {
    when: 'it is in a parameter of a document',
    tamper: (run) =>
      call(run, {
        at: 2_000,
        by: asDuty('isolate-network'),
        does: 'ssm SendCommand',
        input: { Parameters: { commands: [`echo ${HOSTILE}`] } },
      }),
    says: /ssm SendCommand/,
    also: ['no-credentials-to-the-suspect'],
  },
];

describe('hostile-text-contained', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['hostile-text-contained', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'hostile-text-contained')?.detail).toMatch(says);
  });
});
