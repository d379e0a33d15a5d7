import { defineConfig } from '@cordon/incident';
import { ec2State, type Snapshot } from '@cordon/local-aws';
import { expect, it } from 'vitest';
import { config as deployed } from '../../cordon.config.ts';
import { play, type Played } from './play.ts';

const HOUR = 3_600_000;

const locked = async (evidence: object): Promise<{ played: Played; copies: readonly Snapshot[] }> => {
  const config = defineConfig({
    ...deployed,
    evidence: { ...deployed.evidence, lockMode: 'compliance', ...evidence },
  });
  const played = await play({ scenario: 'no-profile', seed: 'compliance', config });
  const { snapshots } = played.organization.world.of(
    ec2State,
    config.accounts.evidence,
    played.suspect.region,
  );
  return {
    played,
    copies: [...snapshots.values()].filter(({ tags }) => tags.get('cordon:hop') === 'evidence'),
  };
};

// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html
it('gives a compliance lock its cooling-off, in which it can still be undone, and none after it', async () => {
  const { played, copies } = await locked({ coolOffHours: 24 });
  expect(copies.length).toBeGreaterThan(0);
  for (const { input } of played.callsOf('LockSnapshot', 'cordon-custodian'))
    expect(input).toMatchObject({
      LockMode: 'compliance',
      LockDuration: deployed.evidence.lockDays,
      CoolOffPeriod: 24,
    });
  for (const { lock } of copies) {
    expect(lock?.state).toBe('compliance-cooloff');
    expect(lock?.coolOffExpiresAt).toBe((lock?.createdAt ?? 0) + 24 * HOUR);
  }
  expect(played.kinds).toContain('evidence-secured');
});

it('binds a compliance lock at once where the deployment wants no cooling-off', async () => {
  const { played, copies } = await locked({});
  for (const { input } of played.callsOf('LockSnapshot', 'cordon-custodian'))
    expect(input).not.toHaveProperty('CoolOffPeriod');
  expect(copies.map(({ lock }) => lock?.state)).toEqual(copies.map(() => 'compliance'));
  expect(copies.length).toBeGreaterThan(0);
});
