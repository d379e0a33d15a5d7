import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DetachInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateTagsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import {
  isAllowed,
  stepsOf,
  TAGS,
  type IncidentRef,
  type OutcomesOutput,
  type Plan,
  type PlanStep,
  type PlanStepsInput,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { savePlan } from '../store/incident-table.ts';
import { rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { attempt } from './attempt.ts';
import { leaveBalancers } from './leave-balancers.ts';

/** Volumes, and interfaces, whose ARNs fit into the session policy; more are named by pattern, which the role's policy still bounds. */
const NAMED = 8;

const scope = (services: Services, incident: IncidentRef, plan: Plan): Scope => {
  const arn = (service: string, rest: string): string =>
    `arn:${services.partition}:${service}:${incident.region}:${incident.account}:${rest}`;
  const named = (type: string, ids: readonly string[]): readonly string[] =>
    (ids.length <= NAMED ? ids : ['*']).map((id) => arn('ec2', `${type}/${id}`));
  const instance = arn('ec2', `instance/${incident.instanceId}`);
  const volumes = stepsOf(plan, 'keep-volumes').flatMap((step) => step.volumeIds);
  const marked = stepsOf(plan, 'tag-instance').flatMap((step) => step.networkInterfaceIds);
  const groups = stepsOf(plan, 'detach-from-auto-scaling');
  return {
    reads: groups.length === 0 ? [] : ['autoscaling:DescribeAutoScalingGroups'],
    on: [
      {
        actions: ['ec2:ModifyInstanceAttribute'],
        resources: [instance, ...named('volume', volumes)],
      },
      { actions: ['ec2:CreateTags'], resources: [instance, ...named('network-interface', marked)] },
      {
        actions: ['autoscaling:DetachInstances'],
        resources: groups.map(({ groupName }) =>
          arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${groupName}`),
        ),
      },
    ],
  };
};

/**
 * Keeps the instance and its disks from being destroyed: out of its Auto Scaling group (capacity stays, so a replacement
 * starts) and its load balancers, termination protection, stop on shutdown, volumes kept, tagged. Each part on its own; one attribute per call
 * is EC2's rule (aws-facts 2.6). Undone by `attach-to-auto-scaling` and `restore-attribute`.
 */
export const protect = async (input: PlanStepsInput, services: Services): Promise<OutcomesOutput> => {
  const { incident, plan } = input;
  const [connection] = await Promise.all([
    services.reach({
      ...ofIncident(services, incident),
      duty: 'contain',
      policy: sessionPolicy(scope(services, incident, plan)),
    }),
    savePlan(services, incident, plan),
  ]);
  const [outcomes, balancers] = await Promise.all([
    Promise.all(
      plan.steps
        .filter((step) => isAllowed(step, input))
        .flatMap((step) => {
          const act = protection(connection, incident, step);
          return act === undefined ? [] : [attempt(step.id, services, act)];
        }),
    ),
    leaveBalancers(input, services),
  ]);
  return {
    outcomes: await saveOutcomes(services, incident, rowOf('protect', input), [...outcomes, ...balancers]),
  };
};

const kept = (DeviceName: string) => ({ DeviceName, Ebs: { DeleteOnTermination: false } });

const protection = (
  connection: Connection,
  incident: IncidentRef,
  step: PlanStep,
): (() => Promise<string>) | undefined => {
  const { instanceId } = incident;
  const modify = async (
    change: Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>,
    said: string,
  ): Promise<string> => {
    await clientFor(EC2Client, connection).send(
      new ModifyInstanceAttributeCommand({ InstanceId: instanceId, ...change }),
    );
    return said;
  };
  switch (step.kind) {
    case 'detach-from-auto-scaling':
      return () => detach(connection, instanceId, step.groupName);
    case 'protect-from-termination':
      return () => modify({ DisableApiTermination: { Value: true } }, 'termination protection is on');
    case 'stop-on-shutdown':
      return () =>
        modify(
          { InstanceInitiatedShutdownBehavior: { Value: 'stop' } },
          'a shutdown from inside stops, and does not terminate',
        );
    case 'keep-volumes':
      return () =>
        modify(
          { BlockDeviceMappings: step.deviceNames.map(kept) },
          `${step.deviceNames.length} volume(s) survive a termination`,
        );
    case 'tag-instance':
      return () =>
        mark(clientFor(EC2Client, connection), incident, [instanceId, ...step.networkInterfaceIds]);
    // In sessions of their own: leave-balancers.ts.
    case 'leave-balancers':
    case 'deregister-target':
    case 'deregister-from-classic-balancer':
    // Other steps' work: freeze, isolate-network, open-path, revoke-credentials, stop, the disks and investigate perform these.
    case 'preserve-context':
    case 'snapshot-volumes':
    case 'isolate-interface':
    case 'release-address':
    case 'give-up-public-ip':
    case 'shorten-connection-timeout':
    case 'deny-remote-addresses':
    case 'block-dns':
    case 'cut-subnet':
    case 'cut-routes':
    case 'detach-internet-gateway':
    case 'untrack-connections':
    case 'keep-management-path':
    case 'replace-profile':
    case 'deny-sessions':
    case 'trace-sessions':
    case 'turn-metadata-off':
    case 'add-profile':
    case 'capture-memory':
    case 'live-response':
    case 'crash-instance':
    case 'lift-stop-protection':
    case 'stop-instance':
    case 'snapshot-memory':
    case 'detach-volumes':
    case 'secure-volume':
    case 'launch-replacement':
    case 'launch-forensic-machine':
      return undefined;
  }
};

/** Tags each by a call of its own: one that has no room for another tag (50 at most) keeps no other from its own. */
const mark = async (ec2: EC2Client, incident: IncidentRef, ids: readonly string[]): Promise<string> => {
  const Tags = [{ Key: TAGS.incident, Value: incident.incidentId }];
  const tried = await Promise.allSettled(
    ids.map((id) => ec2.send(new CreateTagsCommand({ Resources: [id], Tags }))),
  );
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return `the instance and ${ids.length - 1} interface(s) are tagged with the incident`;
};

/** Whether the group will fill the place: it does not while its `Launch` process is suspended. */
const replacementOf = async (client: AutoScalingClient, groupName: string): Promise<string> => {
  const says = await client
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }))
    .catch(faultCode);
  if (typeof says === 'string') return `whether the group starts a replacement could not be read (${says})`;
  const launchSuspended = says.AutoScalingGroups?.[0]?.SuspendedProcesses?.some(
    ({ ProcessName }) => ProcessName === 'Launch',
  );
  return launchSuspended === true
    ? 'the group starts no replacement while its Launch process is suspended: resume it, or launch one'
    : 'the group starts a replacement';
};

const detach = async (connection: Connection, instanceId: string, groupName: string): Promise<string> => {
  const client = clientFor(AutoScalingClient, connection);
  try {
    await client.send(
      new DetachInstancesCommand({
        InstanceIds: [instanceId],
        AutoScalingGroupName: groupName,
        ShouldDecrementDesiredCapacity: false,
      }),
    );
    return `detached from its Auto Scaling group; ${await replacementOf(client, groupName)}`;
  } catch (error) {
    // Detached, or being detached, by an earlier try of ours: Auto Scaling answers that it is not, or no longer, in service there.
    if (
      faultCode(error) === 'ValidationError' &&
      error instanceof Error &&
      /not part of Auto Scaling group|is Detaching/.test(error.message)
    ) {
      return 'no longer in its Auto Scaling group';
    }
    throw error;
  }
};
