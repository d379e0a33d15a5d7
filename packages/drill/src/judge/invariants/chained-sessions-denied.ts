import type { Caller, Role } from '@cordon/local-aws';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import type { Scene } from '../scene.ts';
import { probesOf, roleOf, type Probe } from '../sessions.ts';

/** Who holds credentials of a role under a session name, from wherever. */
const sessionOf = ({ remains }: Scene, role: Role, sessionName: string): Caller => {
  const account = role.arn.split(':')[4] ?? '';
  const { partition } = remains.organization.world.facts;
  return {
    account,
    principal: {
      kind: 'role-session',
      account,
      roleArn: role.arn,
      sessionArn: `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`,
      roleId: role.roleId,
      sessionName,
    },
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
};

/** What the role's own policies allow, and a session of that name may still do. */
const allowed = (scene: Scene, role: Role, sessionName: string): readonly Probe[] =>
  probesOf(scene.remains.organization.world, role).filter(
    (probe) =>
      scene.remains.organization.host.decideFor(
        sessionOf(scene, role, sessionName),
        scene.remains.homeRegion,
        probe,
      ).verdict === 'allow',
  );

/** A role that the suspect assumed from its own does nothing for the attacker any more, and for healthy callers what it did before. */
export const chainedSessionsDenied: Invariant = {
  id: 'chained-sessions-denied',
  judge: (scene) => {
    const { roleChain: chain, through, organization } = scene.remains;
    if (chain === undefined) return notJudged('no role was assumed from a suspect');
    if (through !== 'seal')
      return notJudged('CloudTrail tells of assumed roles minutes later: run the drill through to the seal');
    if (!scene.incidents.some(({ instanceId }) => instanceId === chain.suspectId))
      return notJudged(`${chain.suspectId} has no incident`);
    const role = roleOf(organization.world, chain.roleArn);
    if (role === undefined) return verdictOn([`the role ${chain.roleArn} is gone`], '');
    const probes = probesOf(organization.world, role);
    const attackers = allowed(scene, role, chain.attackersSession);
    // Of one name no deny could tell them apart: then a person decides, and the sibling's session goes with the attacker's.
    const isShared = chain.siblingsSession === chain.attackersSession;
    const siblings = isShared ? probes : allowed(scene, role, chain.siblingsSession);
    return verdictOn(
      [
        ...(probes.length === 0 ? [`the role ${role.name} allows nothing that could be tried`] : []),
        ...attackers.map(
          ({ action }) =>
            `the session that ${chain.suspectId} assumed of ${role.name} is still allowed ${action}`,
        ),
        ...probes
          .filter(({ action }) => !siblings.some((one) => one.action === action))
          .map(
            ({ action }) => `the session that ${chain.siblingId} assumed of ${role.name} is denied ${action}`,
          ),
      ],
      `the session that ${chain.suspectId} assumed of ${role.name} is denied all of ${probes.length} thing(s); that of ${chain.siblingId} is denied ${isShared ? 'with it, for it has the same name' : 'none'}`,
    );
  },
};
