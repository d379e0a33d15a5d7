import {
  DeregisterInstancesFromLoadBalancerCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  deregistrations,
  liftIdsOf,
  stepsToDo,
  type BalancerStep,
  type PlanStepsInput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { BALANCER_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { saveFound } from '../store/journal-rows.ts';
import { attempt, NotDone } from './attempt.ts';
import { lookForBalancers } from './look-for-balancers.ts';

/** Target groups and balancers that one session policy names; more take sessions of their own, side by side. */
const PER_SESSION = 8;

/**
 * Takes the instance out of its target groups and classic balancers. Where the plan does not name them, it looks first, and what it finds
 * is in the journal, each with its undo, before anything is deregistered. Run twice it finds less, and says what is left.
 */
export const leaveBalancers = async (
  input: PlanStepsInput,
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const named = stepsToDo(input, 'deregister-target', 'deregister-from-classic-balancer');
  const [unnamed] = stepsToDo(input, 'leave-balancers');
  const [done, looked] = await Promise.all([
    deregister(input, named, services),
    unnamed === undefined ? [] : lookAndLeave(input, unnamed, services),
  ]);
  return [...done, ...looked];
};

const lookAndLeave = async (
  input: PlanStepsInput,
  step: StepOf<'leave-balancers'>,
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const { incident } = input;
  let steps: readonly BalancerStep[] = [];
  const looked = await attempt(step.id, services, async () => {
    const connection = await services.reach({
      ...ofIncident(services, incident),
      duty: 'contain',
      policy: sessionPolicy({ reads: BALANCER_READS }),
    });
    const found = await lookForBalancers(connection, { instanceId: incident.instanceId, ...step });
    const planned = deregistrations(found, step.gate).filter(
      (one) => !liftIdsOf(one).some((id) => step.except?.includes(id) === true),
    );
    if (planned.length > 0) await saveFound(services, incident, planned);
    steps = planned;
    const said = `${planned.length} registration(s) with load balancers were found`;
    const doubts = [
      ...(found.unread.length === 0 ? [] : [`not read: ${found.unread.slice(0, 5).join(' | ')}`]),
      ...(found.ambiguous.length === 0
        ? []
        : [
            `target groups of other VPCs name an address that it has, and may mean another host, so they are left as they are: ${found.ambiguous.slice(0, 5).join(', ')}`,
          ]),
    ];
    if (found.unread.length > 0)
      throw new NotDone(`${said}; ${doubts.join('; ')}; look for others in the account`);
    return [said, ...doubts].join('; ');
  });
  return [looked, ...(await deregister(input, steps, services))];
};

const deregister = async (
  { incident }: PlanStepsInput,
  steps: readonly BalancerStep[],
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:elasticloadbalancing:${incident.region}:${incident.account}:${rest}`;
  const sessions: Promise<readonly StepOutcome[]>[] = [];
  for (let at = 0; at < steps.length; at += PER_SESSION) {
    const mine = steps.slice(at, at + PER_SESSION);
    const groups = mine.flatMap((step) => (step.kind === 'deregister-target' ? [step.targetGroupArn] : []));
    const balancers = mine.flatMap((step) =>
      step.kind === 'deregister-from-classic-balancer' ? [arn(`loadbalancer/${step.name}`)] : [],
    );
    const connection = services.reach({
      ...ofIncident(services, incident),
      duty: 'contain',
      policy: sessionPolicy({
        reads: [],
        on: [
          { actions: ['elasticloadbalancing:DeregisterTargets'], resources: [...new Set(groups)] },
          {
            actions: ['elasticloadbalancing:DeregisterInstancesFromLoadBalancer'],
            resources: balancers,
          },
        ],
      }),
    });
    sessions.push(
      Promise.all(
        mine.map((step) =>
          attempt(step.id, services, async () => deregisterOne(await connection, incident.instanceId, step)),
        ),
      ),
    );
  }
  return (await Promise.all(sessions)).flat();
};

const deregisterOne = async (
  connection: Connection,
  instanceId: string,
  step: BalancerStep,
): Promise<string> => {
  if (step.kind === 'deregister-target') {
    const { targetGroupArn, targetId, port, availabilityZone } = step;
    // It succeeds for a target that is not there any more, so that it may run twice (aws-facts 2.8).
    await clientFor(ElasticLoadBalancingV2Client, connection).send(
      new DeregisterTargetsCommand({
        TargetGroupArn: targetGroupArn,
        Targets: [
          {
            Id: targetId,
            Port: port,
            ...(availabilityZone === undefined ? {} : { AvailabilityZone: availabilityZone }),
          },
        ],
      }),
    );
    return `deregistered; ${step.effectOnOthers}`;
  }
  try {
    await clientFor(ElasticLoadBalancingClient, connection).send(
      new DeregisterInstancesFromLoadBalancerCommand({
        LoadBalancerName: step.name,
        Instances: [{ InstanceId: instanceId }],
      }),
    );
  } catch (error) {
    // Deregistered by an earlier try, or by the Auto Scaling group that it left.
    if (faultCode(error) !== 'InvalidInstance') throw error;
    return 'no longer registered';
  }
  return `deregistered; ${step.effectOnOthers}`;
};
