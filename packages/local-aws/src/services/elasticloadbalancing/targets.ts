import { isIPv4 } from 'node:net';
import type {
  DeregisterTargetsCommandInput,
  DeregisterTargetsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
  RegisterTargetsCommandOutput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { inCidr } from '../ec2/cidr.ts';
import { healthOf, interfaceOf } from './health.ts';
import { describeCheck, groupCheck, invalid, requireGroup, surroundingsOf } from './lookup.ts';
import { defaultPort, deregister, findRegistration, register } from './registration.ts';
import type { Registration, TargetGroup } from './state.ts';

const invalidTarget = (message: string): ServiceFault => new ServiceFault('InvalidTarget', message);

const PORTS = { least: 1, most: 65_535 };

interface Asked {
  readonly id: string;
  readonly port: number | undefined;
}

/** The targets that a request names, each of the kind that the group takes. @throws ServiceFault InvalidTarget, ValidationError, UnsupportedOperation (501) */
const askedOf = (
  group: TargetGroup,
  operationName: string,
  targets: readonly TargetDescription[],
): readonly Asked[] =>
  targets.map((target) => {
    acceptMembers(target, `${operationName}.Targets`, ['Id', 'Port', 'AvailabilityZone']);
    // Of the zone only what is detected anyway: addresses outside the VPC, which need one, are not here.
    if (target.AvailabilityZone !== undefined) throw unimplemented('Targets.AvailabilityZone', operationName);
    const { Id: id = '', Port: port } = target;
    if (port !== undefined && (port < PORTS.least || port > PORTS.most))
      throw invalid(
        `1 validation error detected: Value '${port}' at 'targets.port' failed to satisfy constraint: Member must have value between ${PORTS.least} and ${PORTS.most}`,
      );
    const fits = group.targetType === 'ip' ? isIPv4(id) : /^i-[0-9a-f]+$/.test(id);
    if (!fits)
      throw invalidTarget(
        group.targetType === 'ip'
          ? `The IP address '${id}' is not a valid IPv4 address`
          : `The following instance IDs are not valid: '${id}'`,
      );
    return { id, port };
  });

const acceptInstance = (group: TargetGroup, id: string, call: Call): void => {
  const { ec2 } = surroundingsOf(call);
  const instance = ec2.instances.get(id);
  if (instance === undefined) throw invalidTarget(`The following instances do not exist: '${id}'`);
  if (instance.state !== 'running')
    throw invalidTarget(`The following targets are not in a running state and cannot be registered: '${id}'`);
  if (interfaceOf(group, { id }, ec2)?.vpcId !== group.vpcId)
    throw invalidTarget(`The following targets are not in the target group VPC '${group.vpcId}': '${id}'`);
};

const acceptAddress = (group: TargetGroup, id: string, call: Call): void => {
  const cidr = surroundingsOf(call).ec2.vpcs.get(group.vpcId)?.cidr ?? '';
  if (cidr === '' || !inCidr(id, cidr))
    throw unimplemented(`Targets.Id=${id}, outside of the VPC of the target group,`, 'RegisterTargets');
};

/**
 * A target may be registered several times, with different ports; an instance must run and be in the VPC of the group.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
 */
export const registerTargets = operation<
  RegisterTargetsCommandInput,
  Omit<RegisterTargetsCommandOutput, '$metadata'>
>({
  checks: (input, call) => groupCheck('RegisterTargets', call, input.TargetGroupArn),
  run: (input, call) => {
    acceptMembers(input, 'RegisterTargets', ['TargetGroupArn', 'Targets']);
    const group = requireGroup(call, input.TargetGroupArn);
    const asked = askedOf(group, 'RegisterTargets', input.Targets ?? []);
    const accept = group.targetType === 'ip' ? acceptAddress : acceptInstance;
    for (const { id } of asked) accept(group, id, call);
    for (const one of asked) register(group, one);
    return {};
  },
});

/**
 * Succeeds for a target that is not registered; one that was registered with a port of its own is found by that port only.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
 */
export const deregisterTargets = operation<
  DeregisterTargetsCommandInput,
  Omit<DeregisterTargetsCommandOutput, '$metadata'>
>({
  checks: (input, call) => groupCheck('DeregisterTargets', call, input.TargetGroupArn),
  run: (input, call) => {
    acceptMembers(input, 'DeregisterTargets', ['TargetGroupArn', 'Targets']);
    const group = requireGroup(call, input.TargetGroupArn);
    for (const one of askedOf(group, 'DeregisterTargets', input.Targets ?? []))
      deregister(group, one, call.timeline);
    return {};
  },
});

/** What to show: every registration, or what the request names, registered or not. */
const shownOf = (
  group: TargetGroup,
  asked: readonly Asked[],
  call: Call,
): readonly (readonly [Required<Asked>, Registration | undefined])[] => {
  if (asked.length === 0) return group.registrations.map((one) => [one, one]);
  return asked.map(({ id, port = defaultPort(group) }) => {
    const held = findRegistration(group, { id, port });
    const exists = group.targetType === 'ip' || surroundingsOf(call).ec2.instances.has(id);
    if (held === undefined && !exists) throw invalidTarget(`The following instances do not exist: '${id}'`);
    return [{ id, port }, held];
  });
};

/** One target group at a time, without pages. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html */
export const describeTargetHealth = operation<
  DescribeTargetHealthCommandInput,
  Omit<DescribeTargetHealthCommandOutput, '$metadata'>
>({
  checks: () => describeCheck('DescribeTargetHealth'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeTargetHealth', ['TargetGroupArn', 'Targets']);
    const group = requireGroup(call, input.TargetGroupArn);
    const around = surroundingsOf(call);
    const asked = askedOf(group, 'DescribeTargetHealth', input.Targets ?? []);
    return {
      TargetHealthDescriptions: shownOf(group, asked, call).map(([{ id, port }, held]) => {
        const zone = interfaceOf(group, { id }, around.ec2)?.availabilityZone;
        const isAddress = group.targetType === 'ip' && zone !== undefined;
        return {
          Target: { Id: id, Port: port, ...(isAddress ? { AvailabilityZone: zone } : {}) },
          HealthCheckPort: String(port),
          TargetHealth: healthOf(group, held, around),
        };
      }),
    };
  },
});
