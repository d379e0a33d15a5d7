import { beforeAll, describe, expect, it } from 'vitest';
import { playRollout, type RolloutFacts } from './play-rollout.ts';
import { HOME, REGIONS } from './rollout-stage.ts';

/** `pnpm rollout` plays the same with 2,000. */
const MEMBERS = 200;
const LATER = 10;
/** Of the first; the policy leaves the others out, for each costs a tenth of a second. */
const TRIED = 20;

describe(`the rollout to ${MEMBERS} accounts in ${REGIONS.length} Regions`, () => {
  let facts: RolloutFacts;
  beforeAll(async () => {
    const began = performance.now();
    facts = await playRollout({ members: MEMBERS, later: LATER, tried: TRIED }, () => {});
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

  it('is protected in every account and Region that was tried, and so are accounts that come later', () => {
    expect(facts.tried.rolledOut).toEqual({ tried: TRIED, protected: TRIED * REGIONS.length, open: [] });
    const all = (TRIED + LATER) * REGIONS.length;
    expect(facts.tried.added).toEqual({ tried: LATER, protected: all, open: [] });
  });

  it('says of each account that was broken what would fail there, and nothing of the others', () => {
    const { deleted, denied } = facts.victims;
    const { open, protected: whole } = facts.tried.broken;
    expect(open).toEqual(
      REGIONS.toSorted()
        .flatMap((region) => [
          `${deleted} ${region} not role-contain: assuming cordon-contain: AWS answered AccessDenied`,
        ])
        .concat(
          REGIONS.toSorted().map(
            (region) =>
              `${denied} ${region} partly transit-key: use of the transit key (a dry run): AWS answered AccessDeniedException`,
          ),
        ),
    );
    // The suspended one has no rows: nothing runs there.
    expect(whole).toBe((TRIED + LATER - 3) * REGIONS.length);
  });

  it('is protected again when it is healed, by trying those alone that were open or came back', () => {
    expect(facts.tried.healed).toEqual({
      tried: 3,
      protected: (TRIED + LATER) * REGIONS.length,
      open: [],
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
