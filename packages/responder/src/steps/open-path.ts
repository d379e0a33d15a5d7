import { EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import {
  OPEN_PATH_SECONDS,
  openingGroupName,
  rulesThatOpen,
  stepsToDo,
  type IncidentRef,
  type OpeningKind,
  type OpeningStep,
  type OpenPathInput,
  type OpenPathOutput,
} from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { claimOnce, rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { about, tell } from '../store/notify.ts';
import { beginOpening, noteGroup, openingsOf, type Opening } from '../store/opening-rows.ts';
import { attempt, NotDone } from './attempt.ts';
import { refuseWhatNoEndpointAdmits } from './endpoints-admit.ts';
import { interfaceNow, isolatedIn, refuseOpenPath } from './opened-interface.ts';
import { openingGroup, type OpeningGroup } from './opening-group.ts';

/** What is opened, how, and until when at the latest. */
interface Wanted {
  readonly step: OpeningStep;
  readonly lets: string;
  /** The row's own time: that by which whoever looks closes it. The workflow comes sooner. */
  readonly dueAfterSeconds: number;
}

const letsOf = (step: OpeningStep): string =>
  step.kind === 'untrack-connections'
    ? 'TCP and UDP with everybody, save what the network ACL denies'
    : `TCP 443 out to ${step.peers.map(({ peer, service, endpointId }) => `${peer} (${service}, ${endpointId})`).join(', ')}`;

const STEP_KINDS = {
  untracking: 'untrack-connections',
  'management-path': 'keep-management-path',
} as const satisfies Readonly<Record<OpeningKind, OpeningStep['kind']>>;

const wantedOf = (input: OpenPathInput): readonly Wanted[] =>
  stepsToDo(input, STEP_KINDS[input.opens]).map((step) => ({
    step,
    lets: letsOf(step),
    // As much again as this function runs, for a workflow that comes late.
    dueAfterSeconds: step.openSeconds + OPEN_PATH_SECONDS + 5,
  }));

/**
 * Opens interfaces for a bounded time, as the plan says and a person or the policy allowed. The order is what keeps it safe:
 *
 *     read that the path is closed and the interface isolated
 *       -> row: what, and until when (from here on, whoever looks closes it when it is due)
 *         -> claim: it was begun, so that nothing opens it again once it is closed
 *           -> group with all its rules, read back -> the interface gets it beside its isolation group
 *
 * Whatever ends it half way, the closing finds the row (close-openings.ts). Safe to run twice.
 */
export const openPath = async (input: OpenPathInput, services: Services): Promise<OpenPathOutput> => {
  const { opens } = input;
  const wanted = wantedOf(input);
  if (wanted.length === 0) return { outcomes: [], closeAfterSeconds: 0 };
  const outcomes = await Promise.all(
    wanted.map((one) =>
      attempt(one.step.id, services, () => open({ incident: input.incident, services, opens }, one)),
    ),
  );
  const opened = outcomes.filter(({ status }) => status === 'done');
  if (opened.length > 0)
    await tell(services, {
      kind: 'path-opened',
      ...about(input.incident),
      reasons: opened.map(({ detail }) => detail),
    });
  return {
    outcomes: await saveOutcomes(services, input.incident, `${rowOf('open-path', input)}:${opens}`, outcomes),
    ...closing(
      {
        opened: opened.length > 0,
        // AWS's answer may have been lost: it is closed at once.
        unsure: outcomes.some(({ status }) => status === 'failed'),
        openSeconds: Math.max(...wanted.map(({ step }) => step.openSeconds)),
      },
      services,
    ),
  };
};

/** When the workflow closes it: after its time; at once where nobody knows whether it is open. */
const closing = (
  {
    opened,
    unsure,
    openSeconds,
  }: { readonly opened: boolean; readonly unsure: boolean; readonly openSeconds: number },
  services: Services,
): Pick<OpenPathOutput, 'closeAfterSeconds' | 'closeAt'> => {
  const closeAfterSeconds = opened ? openSeconds : 0;
  return {
    closeAfterSeconds,
    ...(opened || unsure
      ? { closeAt: new Date(services.now() + closeAfterSeconds * 1_000).toISOString() }
      : {}),
  };
};

interface Work {
  readonly incident: IncidentRef;
  readonly services: Services;
  readonly opens: OpeningKind;
}

const scope = ({ incident, services }: Work, { step }: Wanted): Scope => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  return {
    reads: [
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeRouteTables',
    ],
    on: [
      {
        actions: ['ec2:ModifyNetworkInterfaceAttribute'],
        resources: [
          arn(`network-interface/${step.networkInterfaceId}`),
          arn(`instance/${incident.instanceId}`),
          arn('security-group/*'),
        ],
      },
      {
        actions: [
          'ec2:CreateSecurityGroup',
          'ec2:CreateTags',
          'ec2:RevokeSecurityGroupEgress',
          'ec2:AuthorizeSecurityGroup*',
        ],
        resources: [arn('security-group/*'), arn(`vpc/${step.vpcId}`)],
      },
    ],
  };
};

/** Keeps the row and the claim; throws where an earlier try has, and too little time is left, or it was closed already. */
const begin = async ({ incident, services }: Work, opening: Opening): Promise<Opening> => {
  const fresh = await beginOpening(services, opening);
  const first = await claimOnce(services, incident, `open:${opening.stepId}`);
  if (fresh && first) return opening;
  const [before] = (await openingsOf(services, { incident, opens: opening.opens })).filter(
    ({ stepId }) => stepId === opening.stepId,
  );
  const leftSeconds = (Date.parse(before?.dueAt ?? '') - services.now()) / 1_000;
  // A new row without a first claim: it was opened before, and closed. The row goes with the next closing.
  if (fresh || before === undefined || !(leftSeconds > OPEN_PATH_SECONDS))
    throw new NotDone(
      'an earlier try began this and it was closed, or is about to be; it is opened once in a plan: start a later plan if it must be repeated',
    );
  return before;
};

const open = async (work: Work, wanted: Wanted): Promise<string> => {
  const { incident, services, opens } = work;
  const { step, lets, dueAfterSeconds } = wanted;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'contain',
    policy: sessionPolicy(scope(work, wanted)),
  });
  const ec2 = clientFor(EC2Client, connection);
  const of: OpeningGroup = {
    opens,
    name: openingGroupName(opens, incident, step.networkInterfaceId),
    vpcId: step.vpcId,
    account: incident.account,
    incidentId: incident.incidentId,
  };
  const [nic] = await Promise.all([
    interfaceNow(ec2, step.networkInterfaceId),
    step.kind === 'untrack-connections' ? refuseOpenPath(ec2, step) : undefined,
  ]);
  if (nic?.instanceId !== incident.instanceId)
    throw new NotDone(`${step.networkInterfaceId} is not the instance's any more; nothing was opened`);
  const isolationGroupId = await isolatedIn(ec2, nic.groupIds, incident);
  if (step.kind === 'keep-management-path')
    await refuseWhatNoEndpointAdmits(ec2, step, {
      address: nic.privateIp ?? '',
      groupIds: [isolationGroupId],
    });
  const dueAt = new Date(services.now() + dueAfterSeconds * 1_000).toISOString();
  const opening = await begin(work, {
    incident,
    opens,
    stepId: step.id,
    networkInterfaceId: step.networkInterfaceId,
    vpcId: step.vpcId,
    groupName: of.name,
    isolationGroupId,
    lets,
    openedAt: instant(services),
    dueAt,
  });
  const groupId = await openingGroup(ec2, of, rulesThatOpen(step));
  await noteGroup(services, opening, groupId);
  await ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: step.networkInterfaceId,
      Groups: [...new Set([isolationGroupId, ...nic.groupIds, groupId])],
    }),
  );
  return `${step.networkInterfaceId} is open by ${groupId} since ${instant(services)}: ${lets}; the workflow closes it after ${step.openSeconds} s, and from ${opening.dueAt} on whatever looks first`;
};
