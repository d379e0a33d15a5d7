import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type NetworkInterface,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  heldBack,
  ledgerOf,
  QUARANTINE_PROFILE_NAME,
  rulesThatOpen,
  stepsOf,
  stepsToDo,
  type IncidentRef,
  type Plan,
  type PlanStep,
  type StepOutcome,
  type VerifyInput,
  type VerifyOutput,
} from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { SESSION_DENY_READS, VERIFY_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services, ofIncident } from '../services.ts';
import { saveStatus } from '../store/incident-table.ts';
import { markVerified } from '../store/held-instances.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { hasExactly, isOpeningOf } from './opening-group.ts';
import { openPaths } from './verify-paths.ts';
import { isDenied } from './is-denied.ts';
import { describeBranches } from './inspect/describe-network.ts';
import { elasticAddresses, isEmpty, isOurs } from './inspect/read-facts.ts';

/** Looks before giving up: the association of a profile takes seconds, reads after a change may lag. */
const LOOKS = 12;
const RECHECK_AFTER_SECONDS = 3;

/** What is still open. */
interface Look {
  readonly open: readonly string[];
  /** True when what is open may still close by itself (a state in transition). */
  readonly maySettle: boolean;
}

/**
 * Says "contained" only after reading back every interface that the instance has *now*, the rules of their groups, the
 * public addresses, the profile and the session deny. Reads with the inspect duty: it does not take the word of the duty
 * that acted. A quarantine profile that is still being associated is no open path: the deny holds for whatever the metadata
 * service hands out meanwhile. What the plan leaves open (connections tracked before, to addresses that no finding names) is part of
 * the statement, for the empty group does not end it.
 */
export const verifyContainment = async (input: VerifyInput, services: Services): Promise<VerifyOutput> => {
  const { incident, plan } = input;
  const attempt = input.attempt + 1;
  const answer = (
    status: VerifyOutput['status'],
    open: readonly string[],
    containedAt?: string,
  ): VerifyOutput => ({
    status,
    open: [...open],
    ...(containedAt === undefined ? {} : { containedAt }),
    attempt,
    recheckAfterSeconds: status === 'pending' ? RECHECK_AFTER_SECONDS : 0,
  });
  if (plan.outcome === 'nothing-to-contain') return answer('nothing-to-contain', []);
  if (plan.outcome === 'ask') return answer('open', plan.reasons);
  const waits = heldBack(plan, input);
  const [seen, paths] = await Promise.all([lookNow(input, services), openPaths(input, services)]);
  const look = { ...seen, open: [...seen.open, ...paths] };
  const failed = input.outcomes.filter((outcome: StepOutcome) => outcome.status !== 'done');
  const open = [
    ...look.open,
    ...(look.open.length === 0
      ? []
      : failed.map((outcome) => `${outcome.id} ${outcome.status}: ${outcome.detail}`)),
  ];
  // What waits for a person leaves paths open that no second look would find closed.
  const mayClose = look.open.length > 0 && (look.maySettle || (attempt < 3 && waits.length === 0));
  if (mayClose && attempt < LOOKS) return answer('pending', open);
  // Whatever the look found: while something is held back, "contained" is not said.
  if (waits.length > 0) return heldBackAnswer({ incident, waits, open, services }, answer);
  const at = instant(services);
  const contained = look.open.length === 0;
  await Promise.all([
    saveStatus(
      services,
      incident.incidentId,
      contained ? 'contained' : 'containment-open',
      contained ? at : undefined,
    ),
    tell(services, {
      kind: contained ? 'contained' : 'containment-open',
      ...about(incident),
      reasons: contained ? plan.leftOpen : open,
    }),
    recordContainment(services, input, contained, at),
    ...(contained ? [markVerified(services, incident)] : []),
  ]);
  return contained ? answer('contained', [], at) : answer('open', open);
};

/** What was allowed is done; what is open is told, and that it waits, or was refused. */
const heldBackAnswer = async (
  found: {
    readonly incident: IncidentRef;
    readonly waits: readonly PlanStep[];
    readonly open: readonly string[];
    readonly services: Services;
  },
  answer: (status: 'held-back', open: readonly string[]) => VerifyOutput,
): Promise<VerifyOutput> => {
  const { incident, waits, services } = found;
  const open = [`not allowed: ${waits.map(({ id }) => id).join(', ')}`, ...found.open];
  await Promise.all([
    saveStatus(services, incident.incidentId, 'held-back'),
    tell(services, { kind: 'containment-held-back', ...about(incident), reasons: open }),
  ]);
  return answer('held-back', open);
};

/** Custody of what was done in the member account, as reported; a recorder in trouble must not turn "contained" into "open". */
const recordContainment = async (
  services: Services,
  { incident, plan }: VerifyInput,
  contained: boolean,
  at: string,
): Promise<void> => {
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident),
      steps: [
        {
          step: 'verify-containment',
          outcome: contained ? 'done' : 'failed',
          detail: {
            at,
            account: incident.account,
            region: incident.region,
            instance: incident.instanceId,
            planHash: plan.hash,
            secondsAfterEvent: String((Date.parse(at) - Date.parse(incident.arrivedAt)) / 1_000),
            ...Object.fromEntries(plan.leftOpen.map((sentence, index) => [`leftOpen${index + 1}`, sentence])),
          },
        },
      ],
    });
  } catch (error) {
    faultLine(error);
  }
};

const lookNow = async (input: VerifyInput, services: Services): Promise<Look> => {
  const { incident, plan } = input;
  const metadataOff = stepsToDo(input, 'turn-metadata-off').length > 0;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({
      reads: [
        ...VERIFY_READS,
        ...(metadataOff ? ['ec2:DescribeInstances'] : []),
        ...stepsOf(plan, 'deny-sessions').flatMap(({ by }) => SESSION_DENY_READS[by]),
      ],
    }),
  });
  const looks = await Promise.all([
    lookAtNetwork(connection, input),
    lookAtCredentials(connection, incident, plan, services),
    ...(metadataOff ? [lookAtMetadata(connection, incident)] : []),
  ]);
  return {
    open: looks.flatMap(({ open }) => open),
    maySettle: looks.some(({ maySettle }) => maySettle),
  };
};

/** An interface whose type has a timeout to set, and on which another stands than the plan's. */
const keepsLong = (nic: NetworkInterface, planned: number | undefined): boolean => {
  const set = nic.ConnectionTrackingConfiguration?.TcpEstablishedTimeout;
  return planned !== undefined && set !== undefined && set !== planned;
};

const lookAtNetwork = async (connection: Connection, input: VerifyInput): Promise<Look> => {
  const { incident, plan } = input;
  const giveUp = new Set(stepsOf(plan, 'give-up-public-ip').map((step) => step.networkInterfaceId));
  const timeouts = new Map(
    stepsOf(plan, 'shorten-connection-timeout').map((step) => [
      step.networkInterfaceId,
      step.tcpEstablishedSeconds,
    ]),
  );
  const ec2 = clientFor(EC2Client, connection);
  const { NetworkInterfaces: own = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'attachment.instance-id', Values: [incident.instanceId] }],
    }),
  );
  const interfaces = [...own, ...(await describeBranches(ec2, own))];
  const groupIds = [
    ...new Set(interfaces.flatMap((nic) => (nic.Groups ?? []).flatMap((group) => group.GroupId ?? []))),
  ];
  const { SecurityGroups: groups = [] } =
    groupIds.length === 0
      ? {}
      : await ec2.send(
          new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: groupIds }] }),
        );
  const holds = new Set(
    groups.filter((group) => isOurs(group, incident.account) && isEmpty(group)).map((group) => group.GroupId),
  );
  const kept = keptPaths(groups, input);
  const open = interfaces.flatMap((nic) => {
    const id = nic.NetworkInterfaceId ?? 'an interface without an id';
    const leaking = (nic.Groups ?? [])
      .filter((group) => !holds.has(group.GroupId) && !kept.has(`${id}/${group.GroupId}`))
      .map((group) => group.GroupId);
    return [
      ...((nic.Groups ?? []).some((group) => holds.has(group.GroupId)) || leaking.length > 0
        ? []
        : [`${id} is in no isolation group`]),
      ...(leaking.length === 0
        ? []
        : [`${id} is in ${leaking.join(', ')}, which is no empty isolation group of ours`]),
      ...elasticAddresses(nic).map(({ publicIp }) => `${id} still has the Elastic IP ${publicIp}`),
      ...(giveUp.has(id) &&
      nic.Association?.PublicIp !== undefined &&
      nic.Association.AllocationId === undefined
        ? [`${id} still has its auto-assigned address ${nic.Association.PublicIp}`]
        : []),
      ...(keepsLong(nic, timeouts.get(id)) ? [`${id} keeps idle connections for longer than planned`] : []),
    ];
  });
  return { open, maySettle: false };
};

/** Groups that keep an allowed management path, as `eni-1/sg-1`: of this incident, on the plan's interface, with exactly the planned rules. */
const keptPaths = (groups: readonly SecurityGroup[], input: VerifyInput): ReadonlySet<string> =>
  new Set(
    stepsToDo(input, 'keep-management-path').flatMap((step) =>
      groups
        .filter(
          (group) =>
            isOpeningOf(group, { opens: 'management-path', ...input.incident }) &&
            hasExactly(group, rulesThatOpen(step)),
        )
        .map(({ GroupId }) => `${step.networkInterfaceId}/${GroupId}`),
    ),
  );

/** Whether the metadata service is off, where the plan turns it off: a change is pending for a while. */
const lookAtMetadata = async (connection: Connection, { instanceId }: IncidentRef): Promise<Look> => {
  const { Reservations: reservations = [] } = await clientFor(EC2Client, connection).send(
    new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
  );
  const options = reservations[0]?.Instances?.[0]?.MetadataOptions;
  const isOff = options?.HttpEndpoint === 'disabled';
  if (isOff && options.State === 'applied') return { open: [], maySettle: false };
  return {
    open: [isOff ? 'the metadata service is being turned off still' : 'the metadata service is on'],
    maySettle: isOff,
  };
};

const lookAtCredentials = async (
  connection: Connection,
  incident: IncidentRef,
  plan: Plan,
  services: Services,
): Promise<Look> => {
  const denials = stepsOf(plan, 'deny-sessions');
  const ec2 = clientFor(EC2Client, connection);
  const { IamInstanceProfileAssociations: associations = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [{ Name: 'instance-id', Values: [incident.instanceId] }],
    }),
  );
  const current = associations.filter(({ State }) => State !== 'disassociated');
  const foreign = current.filter(
    ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) !== true,
  );
  const settling = foreign.some(({ State }) => State === 'disassociating');
  const iam = clientFor(IAMClient, connection);
  const notDenied = await Promise.all(denials.map((deny) => isDenied(iam, deny, incident, services)));
  return {
    open: [
      ...foreign.map(({ IamInstanceProfile, State }) => `profile ${IamInstanceProfile?.Arn} is ${State}`),
      ...notDenied.filter((because) => because !== undefined),
    ],
    maySettle: settling,
  };
};
