import { functionName } from '@cordon/incident';
import { aclOf, ec2State, flowsOf, type Ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { openDesk, type Desk, type DeskOptions } from './desk.ts';

const SCENARIO = 'untracked-then-cut';
const UNNAMED = '192.0.2.66';
const MINUTE = 60_000;

const ec2Of = ({ organization, suspect }: Desk): Ec2State =>
  organization.world.of(ec2State, suspect.account, suspect.region);

/** The groups of each interface of the suspect, by their tag `cordon:isolation`. */
const marks = (desk: Desk): readonly (readonly string[])[] =>
  desk.suspect.networkInterfaceIds.map((id) =>
    (ec2Of(desk).networkInterfaces.get(id)?.groups ?? []).map(
      (group) => ec2Of(desk).securityGroups.get(group)?.tags.get('cordon:isolation') ?? 'none',
    ),
  );

const ISOLATED = [['true'], ['true']];

/** The connection to the address that no finding names. */
const unnamed = ({ organization, suspect }: Desk) =>
  flowsOf(organization.world, suspect).filter(({ remoteAddress }) => remoteAddress === UNNAMED);

const groupsLeft = (desk: Desk): number =>
  [...ec2Of(desk).securityGroups.values()].filter(({ tags }) => tags.get('cordon:isolation') === 'untracking')
    .length;

/** Says yes to the whole plan and lets all come to its end. */
const approved = async (
  options: DeskOptions = {},
  before: (desk: Desk) => void = () => {},
): Promise<Desk> => {
  const desk = await openDesk({ scenario: SCENARIO, ...options });
  const asked = await desk.asked();
  before(desk);
  expect((await desk.approve('alice@example.org', asked)).status).toBe('done');
  return desk;
};

describe('untracking', () => {
  it('ends a tracked channel that no finding names, which the empty group and the deny entries left alive', async () => {
    const desk = await approved({}, (waiting) =>
      expect(unnamed(waiting).map(({ state }) => state.kind)).toEqual(['established']),
    );
    await desk.organization.run();
    expect(unnamed(desk).map(({ state }) => state)).toMatchObject([{ kind: 'cut', obstacle: 'groups' }]);
    expect(marks(desk)).toEqual(ISOLATED);
    expect(groupsLeft(desk)).toBe(0);
    expect(desk.kinds().filter((kind) => kind.startsWith('path-'))).toEqual([
      'path-opened',
      'path-closed',
      'path-closed',
    ]);
    await desk.organization.close();
  });

  it('opens nothing where the path is open again by the time of the yes', async () => {
    const desk = await approved({}, (waiting) => {
      for (const id of waiting.suspect.networkInterfaceIds) {
        const acl = aclOf(ec2Of(waiting), ec2Of(waiting).networkInterfaces.get(id)?.subnetId ?? '');
        acl.entries = acl.entries.filter(({ egress, action }) => action === 'allow' || !egress);
      }
    });
    await desk.organization.run();
    expect(desk.kinds()).not.toContain('path-opened');
    expect(unnamed(desk).map(({ state }) => state.kind)).toEqual(['established']);
    const opened = desk.organization.journal.calls.filter(
      ({ operation }) => operation === 'AuthorizeSecurityGroupIngress',
    );
    expect(opened).toEqual([]);
    await desk.organization.close();
  });

  it('opens nothing of an interface that is not isolated', async () => {
    const desk = await approved({}, (waiting) => {
      const [first = ''] = waiting.suspect.networkInterfaceIds;
      const nic = ec2Of(waiting).networkInterfaces.get(first);
      const other = [...ec2Of(waiting).securityGroups.values()].find(
        ({ tags }) => tags.get('cordon:isolation') === undefined,
      );
      if (nic !== undefined) nic.groups = [...nic.groups, other?.groupId ?? ''];
    });
    await desk.organization.run();
    const opened = desk.organization.journal.calls.filter(
      ({ operation, outcome }) => operation === 'AuthorizeSecurityGroupIngress' && outcome === 'ok',
    );
    expect(opened).toHaveLength(1);
    await desk.organization.close();
  });

  it('is closed by its schedule when every try of the workflow to close it ends half way', async () => {
    let stage: Desk | undefined;
    let openedAt = Number.POSITIVE_INFINITY;
    const desk = await approved(
      {
        dies: (name) => {
          const now = stage?.organization.timeline.now() ?? 0;
          if (stage?.kinds().includes('path-opened') === true) openedAt = Math.min(openedAt, now);
          // The workflow has given up by then.
          return name === functionName('close-openings') && now < openedAt + 100_000;
        },
      },
      (waiting) => {
        stage = waiting;
      },
    );
    await desk.organization.run(() => desk.kinds().includes('path-opened'));
    await desk.organization.run();
    expect(marks(desk)).toEqual(ISOLATED);
    expect(groupsLeft(desk)).toBe(0);
    const closedAt = unnamed(desk).map(({ state }) => (state.kind === 'cut' ? state.at : 0));
    for (const at of closedAt) {
      expect(at).toBeGreaterThan(openedAt + 100_000);
      expect(at).toBeLessThan(openedAt + 3.2 * MINUTE);
    }
    await desk.organization.close();
  });
});
