import {
  DescribeInstanceHealthCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IncidentRef, Lift, ReleaseFacts } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { RELEASE_BALANCER_READS } from '../needs/release.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';

type Balancers = ReleaseFacts['balancers'];

/** Asked at once: hundreds would spend the account's request rate, which its own people need too. */
const AT_ONCE = 10;

/** Asks for each name, a few at a time; one that does not exist any more is left out. */
const each = async <Answer>(
  names: readonly string[],
  gone: readonly string[],
  ask: (name: string) => Promise<Answer>,
): Promise<readonly Answer[]> => {
  const found: Answer[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE)
    found.push(
      ...(
        await Promise.all(
          names.slice(at, at + AT_ONCE).map(async (name) => {
            try {
              return [await ask(name)];
            } catch (error) {
              if (gone.includes(faultCode(error))) return [];
              throw error;
            }
          }),
        )
      ).flat(),
    );
  return found;
};

/**
 * Reads what target groups and classic balancers that the instance left have registered now; asks nothing where it left none. The watch
 * reads with its own duty, and of others too that a change named.
 */
export const readBalancers = async (
  lifts: readonly Lift[],
  {
    services,
    incident,
    duty = 'release',
    also,
  }: {
    readonly services: Services;
    readonly incident: IncidentRef;
    readonly duty?: 'inspect' | 'release';
    readonly also?: { readonly targetGroupArns: readonly string[]; readonly classic: readonly string[] };
  },
): Promise<Balancers> => {
  const groups = [
    ...new Set([
      ...lifts.flatMap((lift) => (lift.kind === 'register-target' ? [lift.targetGroupArn] : [])),
      ...(also?.targetGroupArns ?? []),
    ]),
  ];
  const names = [
    ...new Set([
      ...lifts.flatMap((lift) => (lift.kind === 'register-with-classic-balancer' ? [lift.name] : [])),
      ...(also?.classic ?? []),
    ]),
  ];
  if (groups.length === 0 && names.length === 0) return { targetGroups: [], classic: [] };
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty,
    policy: sessionPolicy({ reads: RELEASE_BALANCER_READS }),
  });
  const balancers = clientFor(ElasticLoadBalancingV2Client, connection);
  const classicBalancers = clientFor(ElasticLoadBalancingClient, connection);
  const [targetGroups, classic] = await Promise.all([
    each(groups, ['TargetGroupNotFound', 'TargetGroupNotFoundException'], async (targetGroupArn) => {
      const { TargetHealthDescriptions: described = [] } = await balancers.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
      );
      return {
        targetGroupArn,
        targets: described.flatMap(({ Target, TargetHealth }) =>
          Target?.Id === undefined || Target.Port === undefined || TargetHealth?.State === 'draining'
            ? []
            : [
                {
                  targetId: Target.Id,
                  port: Target.Port,
                  ...(Target.AvailabilityZone === undefined
                    ? {}
                    : { availabilityZone: Target.AvailabilityZone }),
                },
              ],
        ),
      };
    }),
    each(names, ['LoadBalancerNotFound', 'AccessPointNotFoundException'], async (name) => {
      const { InstanceStates: states = [] } = await classicBalancers.send(
        new DescribeInstanceHealthCommand({ LoadBalancerName: name }),
      );
      return { name, instanceIds: states.flatMap(({ InstanceId }) => InstanceId ?? []) };
    }),
  ]);
  return { targetGroups, classic };
};
