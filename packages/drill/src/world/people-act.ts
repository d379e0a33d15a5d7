import {
  EVENT_SOURCE,
  ISOLATION_GROUP_NAME,
  type CordonConfig,
  type OperatorRequest,
} from '@cordon/incident';
import { ec2State, iamState, type Organization } from '@cordon/local-aws';
import * as z from 'zod';
import type { Suspect } from '../run-record.ts';
import type { PlannedAct } from '../scenarios/scenario.ts';
import { callGroupsBack } from './administrator.ts';
import { askAs } from './people-answer.ts';
import { workOnMachine } from './people-work.ts';

const sealed = z.object({ kind: z.literal('incident-sealed'), incidentId: z.string() });
const releaseSteps = z.object({
  steps: z.array(z.object({ id: z.string(), decision: z.string() })),
});

interface Stage {
  readonly organization: Organization;
  readonly config: CordonConfig;
  readonly suspect: Suspect;
  readonly incidentId: string;
  readonly told: (what: string) => void;
}

const ask = async (
  { organization, config, told }: Stage,
  person: string,
  request: object,
): Promise<Readonly<Record<string, unknown>>> => {
  const answered = await askAs(organization, config, { person, request: request as OperatorRequest });
  if (answered.status !== 'answered') throw new Error(`${person} got HTTP ${answered.code}`);
  told(`${person} asks ${'action' in request ? String(request.action) : ''}: ${answered.reply.status}`);
  return answered.reply;
};

/** What people see first, then what they ask for and approve. */
const release = async (stage: Stage, act: Extract<PlannedAct, { kind: 'release' }>): Promise<void> => {
  const { askedBy, approvedBy, reason, giveUp } = act;
  const asked = {
    action: 'release',
    incident: stage.incidentId,
    reason,
    ...(giveUp.length === 0 ? {} : { giveUp: [...giveUp] }),
  };
  const shown = await ask(stage, askedBy, asked);
  const plan = releaseSteps.parse(shown['shown']);
  const liftable = plan.steps.filter(
    ({ decision }) => decision === 'restore' || (act.drifted && decision === 'drifted'),
  );
  const waits = await ask(stage, askedBy, {
    ...asked,
    planHash: shown['planHash'],
    ...(act.drifted ? { steps: liftable.map(({ id }) => id) } : {}),
  });
  const { subject, planHash } = z.object({ subject: z.string(), planHash: z.string() }).parse(waits['waits']);
  await ask(stage, approvedBy, { action: 'approve', subject, planHash, decision: 'approve', reason });
};

/** Changes the world as somebody does whom no guardrail binds: break-glass, or the management account's. */
const change = ({ organization, suspect }: Stage, kind: PlannedAct['kind']): void => {
  const ec2 = organization.world.of(ec2State, suspect.account, suspect.region);
  const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  if (nic === undefined) return;
  const groups = [...ec2.securityGroups.values()].filter(
    ({ vpcId, name }) => vpcId === nic.vpcId && name !== ISOLATION_GROUP_NAME,
  );
  switch (kind) {
    case 'call-groups-back':
      callGroupsBack(organization, suspect, {
        networkInterfaceId: nic.networkInterfaceId,
        groups: groups.slice(0, 1).map(({ groupId }) => groupId),
      }).catch((error: unknown) => organization.timeline.fail(error));
      return;
    case 'put-groups-back':
      nic.groups = groups.slice(0, 1).map(({ groupId }) => groupId);
      return;
    case 'put-into-another-group':
      nic.groups = groups.slice(-1).map(({ groupId }) => groupId);
      return;
    case 'associate-profile': {
      const profile = [
        ...organization.world.of(iamState, suspect.account, '').instanceProfiles.values(),
      ].find(({ roleNames }) => roleNames.includes(suspect.roleArn?.split('/').at(-1) ?? ''));
      for (const [id, held] of ec2.profileAssociations)
        if (held.instanceId === suspect.instanceId) ec2.profileAssociations.delete(id);
      if (profile !== undefined)
        ec2.profileAssociations.set('iip-assoc-0c0ffee0000000009', {
          associationId: 'iip-assoc-0c0ffee0000000009',
          instanceId: suspect.instanceId,
          profileArn: profile.arn,
          profileId: profile.profileId,
          state: 'associated',
        });
      return;
    }
    case 'release':
    case 'work-on-machine':
    case 'wait':
  }
};

/** Has people and attackers act as the scenario says, once the first incident is sealed; to be called again and again. */
export const acting = (
  organization: Organization,
  config: CordonConfig,
  of: {
    readonly acts: readonly PlannedAct[];
    readonly suspects: readonly Suspect[];
    readonly told: (what: string) => void;
  },
): (() => void) => {
  let seen = 0;
  let begun = false;
  return () => {
    const { events } = organization.journal;
    for (; seen < events.length && !begun; seen += 1) {
      const arrived = events[seen];
      const ended = sealed.safeParse(arrived?.event['detail']);
      const [suspect] = of.suspects;
      if (arrived === undefined || suspect === undefined || !ended.success) continue;
      if (arrived.event['source'] !== EVENT_SOURCE) continue;
      begun = true;
      const stage = { organization, config, suspect, incidentId: ended.data.incidentId, told: of.told };
      for (const act of of.acts)
        organization.timeline.at(arrived.at + act.afterMs, () => {
          if (act.kind === 'work-on-machine') {
            workOnMachine(organization, config, { suspect, ...act, told: of.told }).catch((error: unknown) =>
              organization.timeline.fail(error),
            );
            return;
          }
          if (act.kind !== 'release') {
            change(stage, act.kind);
            return;
          }
          release(stage, act).catch((error: unknown) => organization.timeline.fail(error));
        });
    }
  };
};
