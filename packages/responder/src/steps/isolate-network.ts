import {
  DisassociateAddressCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  stepsToDo,
  type IncidentRef,
  type OutcomesOutput,
  type PlanStepsInput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { attempt } from './attempt.ts';
import { blockDns } from './block-dns.ts';
import { closePaths, shortenTimeout } from './close-paths.ts';
import { isolationGroup } from './isolation-group.ts';
import { turnMetadataOff } from './turn-metadata-off.ts';

/** Interfaces per session, so that the session policy stays under its limit; sessions run side by side. */
const INTERFACES_PER_SESSION = 8;

/** What one session of this step may touch: these interfaces, their instance, their addresses, and groups. The role adds the isolation-tag condition. */
const scope = (
  services: Services,
  incident: IncidentRef,
  {
    interfaces,
    isolate,
  }: { readonly interfaces: readonly string[]; readonly isolate: readonly StepOf<'isolate-interface'>[] },
): Scope => {
  // Of a shared VPC the ARN names the owner.
  const vpcs = isolate.map(
    ({ vpcId, vpcOwnerId }) =>
      `arn:${services.partition}:ec2:${incident.region}:${vpcOwnerId ?? incident.account}:vpc/${vpcId}`,
  );
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  return {
    reads: ['ec2:DescribeSecurityGroups'],
    on: [
      {
        actions: ['ec2:ModifyNetworkInterfaceAttribute', 'ec2:DisassociateAddress'],
        resources: [
          ...interfaces.map((id) => arn(`network-interface/${id}`)),
          arn(`instance/${incident.instanceId}`),
          arn('elastic-ip/*'),
        ],
      },
      {
        actions: [
          'ec2:ModifyNetworkInterfaceAttribute',
          'ec2:CreateSecurityGroup',
          'ec2:RevokeSecurityGroup*',
          'ec2:CreateTags',
        ],
        resources: [arn('security-group/*'), ...new Set(vpcs)],
      },
    ],
  };
};

/**
 * Puts every interface into its VPC's empty isolation group, side by side, then lets the public addresses go; beside that
 * it closes what an empty group leaves open (close-paths.ts, block-dns.ts). One interface's failure keeps no other from being isolated.
 * Each step's undo is in the plan.
 */
export const isolateNetwork = async (input: PlanStepsInput, services: Services): Promise<OutcomesOutput> => {
  const { incident } = input;
  const isolate = stepsToDo(input, 'isolate-interface');
  const after = stepsToDo(input, 'release-address', 'give-up-public-ip', 'shorten-connection-timeout');
  const interfaces = [...new Set([...isolate, ...after].map((step) => step.networkInterfaceId))];
  const paths = closePaths(input, services);
  const names = blockDns(input, services);
  const metadata = turnMetadataOff(input, services);
  const work: Work = { incident, services, groups: new Map() };
  const sessions: Promise<readonly StepOutcome[]>[] = [];
  for (let at = 0; at < interfaces.length; at += INTERFACES_PER_SESSION) {
    const mine = new Set(interfaces.slice(at, at + INTERFACES_PER_SESSION));
    const ofMine = (step: { readonly networkInterfaceId: string }): boolean =>
      mine.has(step.networkInterfaceId);
    sessions.push(inOneSession(work, isolate.filter(ofMine), after.filter(ofMine)));
  }
  return {
    outcomes: await saveOutcomes(
      services,
      incident,
      rowOf('isolate-network', input),
      (await Promise.all([...sessions, paths, names, metadata])).flat(),
    ),
  };
};

/** What follows the group of an interface: a public address given up, an Elastic IP or one that EC2 assigned, and its timeout. */
type AfterGroup = StepOf<'release-address' | 'give-up-public-ip' | 'shorten-connection-timeout'>;

const afterGroup = async (ec2: EC2Client, step: AfterGroup): Promise<string> => {
  if (step.kind === 'shorten-connection-timeout') return shortenTimeout(ec2, step);
  if (step.kind === 'release-address') {
    // Idempotent: a second call on a gone association succeeds (aws-facts 2.4).
    await ec2.send(new DisassociateAddressCommand({ AssociationId: step.associationId }));
    return `address association ${step.associationId} is gone`;
  }
  await ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: step.networkInterfaceId,
      AssociatePublicIpAddress: false,
    }),
  );
  return `${step.networkInterfaceId} gave up its auto-assigned address`;
};

interface Work {
  readonly incident: IncidentRef;
  readonly services: Services;
  /** Isolation group by VPC: made once, whichever session is first. */
  readonly groups: Map<string, Promise<string>>;
}

const inOneSession = async (
  work: Work,
  isolate: readonly StepOf<'isolate-interface'>[],
  after: readonly AfterGroup[],
): Promise<readonly StepOutcome[]> => {
  const { incident, services } = work;
  const interfaces = [...new Set([...isolate, ...after].map((step) => step.networkInterfaceId))];
  const connection: Connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'contain',
    policy: sessionPolicy(scope(services, incident, { interfaces, isolate })),
  });
  const ec2 = clientFor(EC2Client, connection);
  const isolated = await Promise.all(
    isolate.map((step) => attempt(step.id, services, () => isolateInterface(work, ec2, step))),
  );
  // The public paths after the groups: an empty group closes what an address only names.
  const followed = await Promise.all(
    after.map((step) => attempt(step.id, services, () => afterGroup(ec2, step))),
  );
  return [...isolated, ...followed];
};

const isolateInterface = async (
  work: Work,
  ec2: EC2Client,
  step: StepOf<'isolate-interface'>,
): Promise<string> => {
  const put = async (groupId: string): Promise<string> => {
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: step.networkInterfaceId,
        Groups: [groupId],
      }),
    );
    return `${step.networkInterfaceId} is in ${groupId} alone`;
  };
  try {
    return await put(step.isolationGroupId ?? (await groupOf(work, ec2, step.vpcId)));
  } catch (error) {
    // The release of another instance took the group away between the plan and now: another is made.
    if (step.isolationGroupId === undefined || faultCode(error) !== 'InvalidGroup.NotFound') throw error;
    return put(await groupOf(work, ec2, step.vpcId));
  }
};

const groupOf = ({ groups, incident }: Work, ec2: EC2Client, vpcId: string): Promise<string> => {
  const known = groups.get(vpcId);
  if (known !== undefined) return known;
  const made = isolationGroup(ec2, incident.account, vpcId);
  groups.set(vpcId, made);
  return made;
};
