import { beforeAll, describe, expect, it } from 'vitest';
import { playRollout, type RolloutFacts } from './play-rollout.ts';
import { HOME, REGIONS } from './rollout-stage.ts';

/** `pnpm rollout` plays the same with 2,000. */
const MEMBERS = 200;
const LATER = 10;

describe(`the rollout to ${MEMBERS} accounts in ${REGIONS.length} Regions`, () => {
  let facts: RolloutFacts;
  beforeAll(async () => {
    const began = performance.now();
    facts = await playRollout({ members: MEMBERS, later: LATER }, () => {});
    process.stdout.write(`rollout: ${Math.round(performance.now() - began)} ms\n`);
  });

  it('reaches every account in every Region', () => {
    expect(facts.rolledOut).toEqual({ instances: MEMBERS * REGIONS.length, behind: 0 });
  });

  it('is changed by nobody in the deployment account once guardrails are attached', () => {
    expect(facts.refusal).toBe('AccessDenied');
  });

  it('reaches accounts that come later, past the guardrails', () => {
    expect(facts.added).toEqual({
      withRoles: LATER,
      instances: (MEMBERS + LATER) * REGIONS.length,
      behind: 0,
    });
  });

  it('shows a role that was deleted by hand as drift, there and nowhere else', () => {
    expect(facts.drifted).toEqual([`${facts.victims.deleted} ${HOME}`]);
  });

  it('shows what a control policy denied, with the reason', () => {
    expect(facts.broken.filter(({ Account }) => Account === facts.victims.denied)).toMatchObject([
      {
        Region: HOME,
        Status: 'OUTDATED',
        StackInstanceStatus: { DetailedStatus: 'FAILED' },
        StatusReason: expect.stringContaining('iam:PutRolePolicy'),
      },
    ]);
  });

  it('shows a suspended account as passed over, in every Region, and nothing else as broken', () => {
    const passedOver = facts.broken.filter(({ Account }) => Account === facts.victims.suspended);
    expect(passedOver.map(({ StackInstanceStatus: one }) => one?.DetailedStatus)).toEqual(
      REGIONS.map(() => 'SKIPPED_SUSPENDED_ACCOUNT'),
    );
    expect(facts.broken).toHaveLength(1 + REGIONS.length);
  });

  it('is whole again once the causes are gone, the role is replaced and the update is repeated', () => {
    expect(facts.healed).toEqual({ behind: 0, drifted: 0 });
  });
});
