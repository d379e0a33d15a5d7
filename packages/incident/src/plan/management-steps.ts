import { agentChannel } from './agent-channel.ts';
import type { InstanceFacts } from './facts.ts';
import { costlyGate, stricterGate } from './gate.ts';
import type { MemoryCapture } from './memory-steps.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** What is planned, and what is not, with the reason. */
interface KeptPath {
  readonly steps: PlanStep[];
  /** Plain sentences. */
  readonly reasons: string[];
}

type Endpoint = NonNullable<InstanceFacts['managementEndpoints']>[number];
type Interface = InstanceFacts['networkInterfaces'][number];

/** What the group of the path lets through, and to what. */
export interface ManagementPeer {
  /** An address of an endpoint's interface as a block, or the prefix list of a gateway endpoint. */
  readonly peer: string;
  readonly service: Endpoint['service'];
  readonly endpointId: string;
}

/**
 * What the agent needs of a VPC without other ways out: `ssm` and `ssmmessages` by interface endpoints with private names, and S3. `ec2messages`
 * is for agents before 3.3.40.0 in Regions from before 2024: it is let through where it is there.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
const NEEDED = ['ssm', 'ssmmessages', 's3'] as const;

/** Rules of a group: 60 by default, of which a prefix list may take its own length. */
const MOST_PEERS = 30;

const peersOf = (facts: InstanceFacts, nic: Interface): readonly ManagementPeer[] => {
  const routes = facts.subnets.find(({ subnetId }) => subnetId === nic.subnetId)?.routes ?? [];
  return (facts.managementEndpoints ?? [])
    .filter(({ vpcId }) => vpcId === nic.vpcId)
    .flatMap(({ endpointId, service, type, privateDns, addresses }) => {
      if (type === 'Gateway')
        return routes
          .filter(({ targetId, destination }) => targetId === endpointId && destination.startsWith('pl-'))
          .map(({ destination }) => ({ peer: destination, service, endpointId }));
      // Without private names the agent looks for the public ones.
      return privateDns ? addresses.map((ip) => ({ peer: `${ip}/32`, service, endpointId })) : [];
    });
};

/** What else the plan does, and how long the path is kept. */
interface Kept {
  readonly steps: readonly PlanStep[];
  readonly minutes: number;
  /** What goes through it, memory or words of the host, where that is not had before the cut. */
  readonly capture?: Through | undefined;
}

/** What waits for the path, and for whom it waits itself. */
type Through = Pick<MemoryCapture, 'order'> & {
  readonly step: Pick<PlanStep, 'gate'> | undefined;
  readonly profile?: MemoryCapture['profile'];
};

/** Whether it is kept for that, among others. */
const isFor = (capture: Through | undefined): capture is Through & { step: NonNullable<Through['step']> } =>
  capture?.step !== undefined && capture.order === 'contain-first';

/** Why the path is not kept; undefined where it is. */
const whyNot = (
  facts: InstanceFacts,
  peers: readonly ManagementPeer[],
  { steps, capture }: Kept,
): string | undefined => {
  // A stop waits for memory that is captured through the path.
  if (!isFor(capture) && steps.some(({ kind, gate }) => kind === 'stop-instance' && gate === 'automatic'))
    return 'the plan stops the host';
  if (steps.some(({ kind }) => kind === 'turn-metadata-off'))
    return 'the plan turns the metadata service off, without which the agent has no credentials';
  if (agentChannel(facts) === undefined && capture?.profile === undefined)
    return 'the instance has no profile, so that the quarantine profile gives its agent no channel';
  const missing = NEEDED.filter((service) => !peers.some((peer) => peer.service === service));
  if (missing.length > 0)
    return `the VPC has no endpoint in reach, with private names, for ${missing.join(', ')}`;
  if (peers.length > MOST_PEERS)
    return `the endpoints have ${peers.length} interfaces, and a group takes ${MOST_PEERS} at most`;
  return undefined;
};

const lengthOf = (minutes: number): string => `${minutes} minute(s)`;

/**
 * A path to Systems Manager that is kept for a bounded time once the isolation was verified: from the primary interface alone, to exactly the
 * endpoints of the VPC. An analyst uses it, and whoever is on the host may. Pure.
 *
 * @param of what else the plan does, and how long the path is kept
 */
export const managementPath = (facts: InstanceFacts, posture: Posture, of: Kept): KeptPath => {
  const allowed = costlyGate(posture.managementPath, posture);
  if (allowed === undefined || facts.state !== 'running') return { steps: [], reasons: [] };
  const nic = facts.networkInterfaces.find(({ primary }) => primary === true);
  if (nic === undefined)
    return { steps: [], reasons: ['no management path is kept: the primary interface is not known'] };
  const { minutes, capture } = of;
  // A path that is there for the memory waits for whom the memory waits for: it would be closed again before the yes.
  const gate = isFor(capture) ? stricterGate(allowed, capture.step.gate) : allowed;
  const peers = peersOf(facts, nic);
  const because = whyNot(facts, peers, of);
  if (because !== undefined) return { steps: [], reasons: [`no management path is kept: ${because}`] };
  const old = peers.some(({ service }) => service === 'ec2messages')
    ? []
    : ['the management path has no ec2messages: an agent before 3.3.40.0 may not answer'];
  return {
    steps: [
      {
        kind: 'keep-management-path',
        gate,
        id: `keep-management-path:${nic.networkInterfaceId}`,
        networkInterfaceId: nic.networkInterfaceId,
        vpcId: nic.vpcId,
        peers: [...peers],
        openSeconds: minutes * 60,
        because:
          'after isolation the agent can be reached for what only the running host can tell, such as its memory',
        effectOnOthers: `none; but for ${lengthOf(minutes)} whoever is on the host reaches SSM and, by TCP 443, S3, as far as the endpoints' policies let: data can leave that way. A connection that is open when the path closes lives on while it is active`,
        undo: nothingToUndo('it is closed again by itself'),
      },
    ],
    reasons: old,
  };
};
