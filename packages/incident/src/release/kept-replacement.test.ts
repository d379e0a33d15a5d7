import { describe, expect, it } from 'vitest';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';
import type { ContainmentJournal } from './journal.ts';
import { AT, contained, IN_A_DAY, instance, journalOf } from './release.fixture.ts';
import { releasePlan } from './release-plan.ts';

const ON = 'arn:aws:ec2:eu-central-1:602011160021:instance/i-0fedcba9876543210';

/** A journal of an instance in whose place another was launched, or should have been. */
const journal = (status: 'done' | 'failed' | 'refused'): ContainmentJournal => {
  const facts = instance({
    instanceType: 'm5.large',
    machine: {
      rootDevice: 'ebs',
      hibernation: false,
      launchedFrom: { imageId: 'ami-0123456789abcdef0', subnetId: 'subnet-1' },
    },
    networkInterfaces: instance().networkInterfaces.map((nic) => ({ ...nic, primary: true as const })),
  });
  const made = plan({
    incidentId: 'inc-0123456789',
    facts,
    posture: { ...CONTAIN_ONLY, replacement: 'automatic' },
    replacement: { mayLaunch: true },
  });
  const of = journalOf(made);
  return {
    ...of,
    outcomes: of.outcomes.map((one) =>
      one.outcome.id === 'launch-replacement'
        ? { ...one, outcome: { id: 'launch-replacement', status, detail: '', at: AT, on: ON } }
        : one,
    ),
  };
};
const stepOf = (status: 'done' | 'failed' | 'refused') =>
  releasePlan(journal(status), contained(instance()), IN_A_DAY).steps.find(
    ({ kind }) => kind === 'keep-replacement',
  );

describe('a release of an instance that was replaced', () => {
  it('leaves the replacement, names it, and says that there is one more then', () => {
    expect(stepOf('done')).toMatchObject({
      id: 'keep-replacement',
      decision: 'kept',
      ours: 'i-0fedcba9876543210',
      because: expect.stringMatching(/one more/),
    });
  });

  it.each(['failed', 'refused'] as const)('has nothing to say of one whose launch was %s', (status) => {
    expect(stepOf(status)).toBeUndefined();
  });
});
