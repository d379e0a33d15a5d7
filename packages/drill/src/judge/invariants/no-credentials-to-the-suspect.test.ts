import { describe, expect, it } from 'vitest';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun } from '../testing/good-run.ts';
import { ACCOUNTS, SUSPECT } from '../testing/places.ts';
import { brokenIn, attach, call, contain, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'the quarantine profile can read objects',
    tamper: (run) => {
      attach(run, 'cordon-quarantine', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    },
    says: /the quarantine profile of i-0aaaaaaaaaaaaaaaa allows s3:GetObject/,
  },
  {
    when: 'a command is sent',
    tamper: (run) => call(run, { at: 2_000, by: asDuty('isolate-network'), does: 'ssm SendCommand' }),
    says: /SendCommand/,
  },
  {
    when: 'the document that examines disks is sent to the suspect',
    tamper: (run) =>
      call(run, {
        at: 2_000,
        by: asDuty('investigate', ACCOUNTS.forensics),
        does: 'ssm SendCommand',
        input: { DocumentName: 'cordon-triage', DocumentHash: 'f'.repeat(64), InstanceIds: [SUSPECT] },
      }),
    says: /SendCommand/,
    also: ['no-call-outside-a-duty'],
  },
  {
    when: 'user data is changed',
    tamper: (run) =>
      call(run, contain('ec2 ModifyInstanceAttribute', { InstanceId: SUSPECT, UserData: { Value: 'x' } })),
    says: /ModifyInstanceAttribute/,
  },
];

describe('no-credentials-to-the-suspect', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(
      ['no-credentials-to-the-suspect', ...also].toSorted(),
    );
    expect(broken.find(({ id }) => id === 'no-credentials-to-the-suspect')?.detail).toMatch(says);
  });
});
