import {
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  isAllowed,
  stepsOf,
  type Held,
  type IncidentRef,
  type OpenPath,
  type Plan,
  type PlanStep,
  type StepOf,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { VERIFY_PATH_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import type { NetworkStep } from './close-paths.ts';
import { hasNoWayOut, isDenyEntry } from './cut-network.ts';

/** Which steps a look is about. */
interface Looked {
  readonly incident: IncidentRef;
  readonly plan: Plan;
  readonly isWanted: (step: PlanStep) => boolean;
}

/** What a look at subnets and VPCs gives. */
interface PathsSeen {
  readonly open: readonly OpenPath[];
  readonly held: Pick<Held, 'closedSubnets' | 'withoutRoutes'>;
}

/** The steps that are done by now, as the verification is told: those that are allowed, those that were climbed. */
export const isDoneByNow =
  (input: Parameters<typeof isAllowed>[1] & { readonly climbed: readonly string[] }) =>
  (step: PlanStep): boolean =>
    isAllowed(step, input) || input.climbed.includes(step.id);

/**
 * What of the changes to subnets and VPCs does not hold, read back with the inspect duty in the account that owns them, and which rungs
 * hold, whoever climbed them. An account that cannot be read gives its reason: what cannot be verified is not said to hold. A rung
 * that was climbed and does not hold is no open way of its own: the way that it was to end is.
 */
export const readPaths = async (looked: Looked, services: Services): Promise<PathsSeen> => {
  const steps = stepsOf(
    looked.plan,
    'deny-remote-addresses',
    'cut-subnet',
    'cut-routes',
    'detach-internet-gateway',
  ).filter((step) => looked.isWanted(step) || step.gate === 'climb');
  const byAccount = Map.groupBy(steps, ({ account }) => account);
  const seen = (
    await Promise.all(
      [...byAccount].map(([account, mine]) => lookInAccount({ ...looked.incident, account }, mine, services)),
    )
  ).flat();
  const holding = seen.filter(({ open }) => open.length === 0).map(({ step }) => step);
  return {
    open: seen.flatMap(({ step, open }) =>
      step.gate === 'climb' ? [] : open.map((what) => ({ what, ...REACHES[step.kind], ...placeOf(step) })),
    ),
    held: {
      closedSubnets: holding.flatMap((step) => (step.kind === 'cut-subnet' ? [step.subnetId] : [])),
      withoutRoutes: holding.flatMap((step) => (step.kind === 'cut-routes' ? [step.subnetId] : [])),
    },
  };
};

/** How far leads what a step was to cut. */
const REACHES = {
  'deny-remote-addresses': { reach: 'outside' },
  'cut-subnet': { reach: 'vpc' },
  'cut-routes': { reach: 'outside' },
  'detach-internet-gateway': { reach: 'outside' },
} as const satisfies Readonly<Record<NetworkStep['kind'], Pick<OpenPath, 'reach'>>>;

const placeOf = (step: NetworkStep): Partial<Pick<OpenPath, 'subnetId' | 'vpcId'>> => ({
  ...('subnetId' in step ? { subnetId: step.subnetId } : {}),
  ...('vpcId' in step ? { vpcId: step.vpcId } : {}),
});

interface SeenStep {
  readonly step: NetworkStep;
  /** Empty when it holds. */
  readonly open: readonly string[];
}

const lookInAccount = async (
  incident: IncidentRef,
  steps: readonly NetworkStep[],
  services: Services,
): Promise<readonly SeenStep[]> => {
  try {
    const connection = await services.reach({
      ...ofIncident(services, incident),
      duty: 'inspect',
      policy: sessionPolicy({ reads: VERIFY_PATH_READS }),
    });
    const ec2 = clientFor(EC2Client, connection);
    return await Promise.all(steps.map(async (step) => ({ step, open: await lookAt(ec2, step) })));
  } catch (error) {
    const because = faultLine(error);
    return steps.map((step) => ({ step, open: [`${step.id} cannot be read back: ${because}`] }));
  }
};

const lookAt = (ec2: EC2Client, step: NetworkStep): Promise<readonly string[]> => {
  switch (step.kind) {
    case 'deny-remote-addresses':
      return lookAtEntries(ec2, step);
    case 'cut-subnet':
      return lookAtAcl(ec2, step);
    case 'cut-routes':
      return lookAtRoutes(ec2, step);
    case 'detach-internet-gateway':
      return lookAtGateway(ec2, step);
  }
};

const lookAtEntries = async (
  ec2: EC2Client,
  { networkAclId, entries }: StepOf<'deny-remote-addresses'>,
): Promise<readonly string[]> => {
  const { NetworkAcls: [acl] = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'network-acl-id', Values: [networkAclId] }] }),
  );
  return entries
    .filter((entry) => !isDenyEntry(acl, entry))
    .map(
      ({ cidr, egress, ruleNumber }) =>
        `${networkAclId} does not deny ${cidr} ${egress ? 'outwards' : 'inwards'} under number ${ruleNumber}`,
    );
};

const lookAtAcl = async (ec2: EC2Client, { subnetId }: StepOf<'cut-subnet'>): Promise<readonly string[]> => {
  const { NetworkAcls: [acl] = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  return (acl?.Entries ?? []).every(({ RuleAction }) => RuleAction === 'deny') && acl !== undefined
    ? []
    : [`${subnetId} has ${acl?.NetworkAclId ?? 'no network ACL that can be read'}, which is not closed`];
};

const lookAtRoutes = async (
  ec2: EC2Client,
  { subnetId }: StepOf<'cut-routes'>,
): Promise<readonly string[]> => {
  const { RouteTables: [table] = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
  );
  return table !== undefined && hasNoWayOut(table)
    ? []
    : [`${subnetId} has ${table?.RouteTableId ?? "the VPC's main route table"}, which leads out of the VPC`];
};

const lookAtGateway = async (
  ec2: EC2Client,
  { internetGatewayId, vpcId }: StepOf<'detach-internet-gateway'>,
): Promise<readonly string[]> => {
  const { InternetGateways: gateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [vpcId] }] }),
  );
  return gateways.map(
    ({ InternetGatewayId }) =>
      `${vpcId} still has ${InternetGatewayId}, where ${internetGatewayId} was to be detached`,
  );
};
