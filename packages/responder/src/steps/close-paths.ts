import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import {
  ledgerOf,
  stepsToDo,
  type IncidentRef,
  type PlanStepsInput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { attempt } from './attempt.ts';
import { cutRoutes, cutSubnet, denyAddresses, detachInternetGateway } from './cut-network.ts';

/** A step on what a subnet or VPC has for all its hosts: in the account that owns it. */
export type NetworkStep = StepOf<
  'deny-remote-addresses' | 'cut-subnet' | 'cut-routes' | 'detach-internet-gateway'
>;

/** What one session may touch: the ACLs, subnets and gateways of these steps, and ACLs and tables of ours that it makes. */
const scope = (arn: (rest: string) => string, steps: readonly NetworkStep[]): Scope => {
  const of = <Kind extends NetworkStep['kind']>(kind: Kind): readonly StepOf<Kind>[] =>
    steps.filter((step): step is StepOf<Kind> => step.kind === kind);
  const denied = of('deny-remote-addresses').map(({ networkAclId }) => arn(`network-acl/${networkAclId}`));
  const cut = of('cut-subnet');
  const routes = of('cut-routes');
  const vpcs = [...new Set([...cut, ...routes].map(({ vpcId }) => arn(`vpc/${vpcId}`)))];
  return {
    reads: [
      ...(denied.length + cut.length > 0 ? ['ec2:DescribeNetworkAcls'] : []),
      ...(routes.length > 0 ? ['ec2:DescribeRouteTables'] : []),
    ],
    on: [
      { actions: ['ec2:CreateNetworkAclEntry'], resources: denied },
      ...(cut.length === 0
        ? []
        : [
            {
              actions: ['ec2:CreateNetworkAcl', 'ec2:ReplaceNetworkAclAssociation', 'ec2:CreateTags'],
              resources: [
                arn('network-acl/*'),
                ...vpcs,
                ...cut.map(({ subnetId }) => arn(`subnet/${subnetId}`)),
              ],
            },
          ]),
      ...(routes.length === 0
        ? []
        : [
            {
              actions: [
                'ec2:CreateRouteTable',
                'ec2:AssociateRouteTable',
                'ec2:ReplaceRouteTableAssociation',
                'ec2:CreateTags',
              ],
              resources: [
                arn('route-table/*'),
                ...vpcs,
                ...routes.map(({ subnetId }) => arn(`subnet/${subnetId}`)),
              ],
            },
          ]),
      {
        actions: ['ec2:DetachInternetGateway'],
        resources: of('detach-internet-gateway').flatMap(({ internetGatewayId, vpcId }) => [
          arn(`internet-gateway/${internetGatewayId}`),
          arn(`vpc/${vpcId}`),
        ]),
      },
    ],
  };
};

/** `ledgerId` is another one in each plan: an ACL of ours that somebody opened is not taken for a closed one by its token. */
const perform = (ec2: EC2Client, step: NetworkStep, ledgerId: string): Promise<string> => {
  switch (step.kind) {
    case 'deny-remote-addresses':
      return denyAddresses(ec2, step);
    case 'cut-subnet':
      return cutSubnet(ec2, step, ledgerId);
    case 'cut-routes':
      return cutRoutes(ec2, step, ledgerId);
    case 'detach-internet-gateway':
      return detachInternetGateway(ec2, step);
  }
};

/**
 * Closes what an empty group leaves open, side by side: each account's steps in one session of its contain duty, for in a
 * shared subnet ACL, routes and gateway belong to the owner of the VPC (aws-facts 2.1).
 */
export const closePaths = async (
  input: PlanStepsInput,
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const { incident } = input;
  const steps = stepsToDo(
    input,
    'deny-remote-addresses',
    'cut-subnet',
    'cut-routes',
    'detach-internet-gateway',
  );
  const byAccount = Map.groupBy(steps, ({ account }) => account);
  const done = await Promise.all(
    [...byAccount].map(([account, mine]) => inAccount({ ...incident, account }, mine, services)),
  );
  return done.flat();
};

const inAccount = async (
  incident: IncidentRef,
  steps: readonly NetworkStep[],
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  // A duty that cannot be assumed in another account fails these steps, and no other.
  const session = services
    .reach({ ...ofIncident(services, incident), duty: 'contain', policy: sessionPolicy(scope(arn, steps)) })
    .then((connection) => clientFor(EC2Client, connection));
  return Promise.all(
    steps.map((step) =>
      attempt(step.id, services, async () => perform(await session, step, ledgerOf(incident).ledgerId)),
    ),
  );
};

/**
 * Gives the interface the shortest idle timeout. Only Nitro instances have one to set: where EC2 refuses it, its own timeout
 * stays, which is no open path that the plan would have closed. (aws-facts 2.2)
 */
export const shortenTimeout = async (
  ec2: EC2Client,
  step: StepOf<'shorten-connection-timeout'>,
): Promise<string> => {
  try {
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: step.networkInterfaceId,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: step.tcpEstablishedSeconds },
      }),
    );
    return `idle connections of ${step.networkInterfaceId} end after ${step.tcpEstablishedSeconds} s`;
  } catch (error) {
    const { code } = classify(error);
    if (code !== 'UnsupportedOperation' && code !== 'InvalidParameterCombination') throw error;
    return `${step.networkInterfaceId} keeps EC2's own idle timeout, for its instance type has none to set (${code})`;
  }
};
