import {
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IncidentRef, Registration } from '@cordon/incident';
import { faultLine } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';

/** Target groups and balancers that one session policy names. */
const PER_SESSION = 8;

/** What each registration is called in a sentence. */
const nameOf = (one: Registration): string =>
  one.kind === 'target' ? (one.targetGroupArn.split('/')[1] ?? one.targetGroupArn) : one.name;

const registerOne = async (
  connection: Connection,
  one: Registration,
  replacementId: string,
): Promise<string | undefined> => {
  try {
    if (one.kind === 'target') {
      const { targetGroupArn, id, port, availabilityZone } = one;
      // Registering what is registered changes nothing, so that it may run twice.
      await clientFor(ElasticLoadBalancingV2Client, connection).send(
        new RegisterTargetsCommand({
          TargetGroupArn: targetGroupArn,
          Targets: [
            {
              Id: id,
              Port: port,
              ...(availabilityZone === undefined ? {} : { AvailabilityZone: availabilityZone }),
            },
          ],
        }),
      );
    } else {
      await clientFor(ElasticLoadBalancingClient, connection).send(
        new RegisterInstancesWithLoadBalancerCommand({
          LoadBalancerName: one.name,
          Instances: [{ InstanceId: replacementId }],
        }),
      );
    }
    return undefined;
  } catch (error) {
    return `${nameOf(one)}: ${faultLine(error)}`;
  }
};

/** Has the balancers that the instance left send to its replacement. Gives what could not be done, a sentence each. */
export const registerReplacement = async (
  incident: IncidentRef,
  registrations: readonly Registration[],
  { replacementId, services }: { readonly replacementId: string; readonly services: Services },
): Promise<readonly string[]> => {
  const failed: string[] = [];
  for (let at = 0; at < registrations.length; at += PER_SESSION) {
    const mine = registrations.slice(at, at + PER_SESSION);
    const arn = (name: string): string =>
      `arn:${services.partition}:elasticloadbalancing:${incident.region}:${incident.account}:loadbalancer/${name}`;
    const connection = await services.reach({
      ...ofIncident(services, incident),
      duty: 'replace',
      policy: sessionPolicy({
        reads: [],
        on: [
          {
            actions: ['elasticloadbalancing:RegisterTargets'],
            resources: [
              ...new Set(mine.flatMap((one) => (one.kind === 'target' ? [one.targetGroupArn] : []))),
            ],
          },
          {
            actions: ['elasticloadbalancing:RegisterInstancesWithLoadBalancer'],
            resources: mine.flatMap((one) => (one.kind === 'classic' ? [arn(one.name)] : [])),
          },
        ],
      }),
    });
    const done = await Promise.all(mine.map((one) => registerOne(connection, one, replacementId)));
    failed.push(...done.flatMap((sentence) => sentence ?? []));
  }
  return failed;
};
