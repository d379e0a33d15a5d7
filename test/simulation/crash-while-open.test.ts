import { functionName, type StepName } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { openDesk } from '../steps/desk.ts';

/** A person approves the untracking; the function's process ends before its `at`th call, once. Gives how many it made, and how it stands. */
const dyingAt = async (step: StepName, at: number) => {
  let sent = 0;
  const desk = await openDesk({
    scenario: 'untracked-then-cut',
    dies: (name) => {
      if (name !== functionName(step)) return false;
      sent += 1;
      return sent === at;
    },
  });
  const { organization, suspect } = desk;
  await desk.approve('alice@example.org', await desk.asked());
  // Verified once when it was cut, and once when all was closed again.
  await organization.run(() => desk.kinds().filter((kind) => kind.startsWith('contain')).length > 1);
  const ec2 = organization.world.of(ec2State, suspect.account, suspect.region);
  const marked = (groupId: string): string =>
    ec2.securityGroups.get(groupId)?.tags.get('cordon:isolation') ?? 'none';
  const stands = {
    groups: suspect.networkInterfaceIds.map((id) => ec2.networkInterfaces.get(id)?.groups.map(marked)),
    left: [...ec2.securityGroups.keys()].filter((id) => marked(id) === 'untracking'),
    said: desk.kinds().filter((kind) => kind.startsWith('contain')),
  };
  await organization.close();
  return { sent, stands };
};

const CLOSED = { groups: [['true'], ['true']], left: [], said: ['contained', 'contained'] };

describe('a process that ends while an interface is open, or about to be', () => {
  it.each<StepName>(['open-path', 'close-openings'])(
    'before any one call of %s leaves every interface closed again before "contained" is said',
    async (step) => {
      const { sent: calls, stands: calm } = await dyingAt(step, Number.POSITIVE_INFINITY);
      expect(calls).toBeGreaterThan(10);
      expect(calm).toEqual(CLOSED);
      for (let at = 1; at <= calls; at += 1) {
        const { sent, stands } = await dyingAt(step, at);
        expect(sent).toBeGreaterThanOrEqual(at);
        expect({ step, at, stands }).toEqual({ step, at, stands: CLOSED });
      }
    },
    600_000,
  );
});
