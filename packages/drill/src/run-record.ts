import type { CordonConfig } from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import type { KeyCase } from './world/key-cases.ts';
import type { Standing } from './world/standing.ts';

/** The far end of a connection that a finding tells of. */
export interface Remote {
  readonly address: string;
  readonly port: number;
  /** `outbound` when the instance opened it. */
  readonly direction: 'outbound' | 'inbound';
  readonly localPort?: number;
}

/** Where load balancers send requests to a suspect, as the world builder furnished it. */
export interface BehindBalancers {
  readonly targetGroupArns: readonly string[];
  readonly classicNames: readonly string[];
  /** The suspect, as they name it: its id, and its address. */
  readonly own: readonly string[];
  /** Healthy targets beside the suspect: an instance id, and its address. */
  readonly others: readonly string[];
}

/** One suspect instance as the world builder furnished it, before anything happened. */
export interface Suspect {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  /** Volumes attached when the finding arrived, with what stands for their content. */
  readonly volumes: readonly {
    readonly volumeId: string;
    readonly content: string;
    readonly sizeGiB: number;
    /** The case of keys that it is there for. */
    readonly keyCase?: KeyCase;
  }[];
  readonly networkInterfaceIds: readonly string[];
  /** Role behind the instance's profile, if it has one. */
  readonly roleArn?: string;
  /** Healthy instances that share the profile. */
  readonly siblings: readonly string[];
  /** Healthy instances in its subnets, with connections of their own. */
  readonly neighbours: readonly string[];
  /** What the findings say that it talks to. */
  readonly remotes: readonly Remote[];
  /** Names that the findings say it asked a resolver for; absent where they say none. */
  readonly asks?: readonly string[];
  /** Load balancers that have it; absent in most scenarios. */
  readonly balancers?: BehindBalancers;
  /** How it stood before anything happened. */
  readonly before?: Standing;
  /** What it was launched with, where it is in no group that would launch another. */
  readonly alone?: { readonly imageId: string; readonly userData: string };
  /** Auto Scaling group that held it. */
  readonly autoScalingGroup?: string;
}

/** A role that the attacker assumed from the suspect, and a healthy instance that assumed the same one. */
export interface RoleChain {
  readonly roleArn: string;
  readonly suspectId: string;
  readonly attackersSession: string;
  readonly siblingId: string;
  readonly siblingsSession: string;
}

/** One event as it was put on the default bus of the security account. */
export interface Delivery {
  readonly findingId: string | undefined;
  readonly region: string;
  /** Virtual epoch ms at which it arrived on the Region's bus. */
  readonly arrivedAt: number;
  readonly event: Readonly<Record<string, unknown>>;
  /** Why GuardDuty could not hold the finding, where it arrived at once and was not meant to be forged. */
  readonly notPlanted?: string;
}

/** How far the responder is judged. */
export type Through = 'contain' | 'evidence' | 'seal';

/** Everything that one run left behind: the judge reads this and names of the contract, and no word of the responder. */
export interface RunRecord {
  readonly organization: Organization;
  readonly accounts: {
    readonly management: string;
    readonly security: string;
    readonly evidence: string;
    readonly forensics: string;
  };
  readonly homeRegion: string;
  /** The policy that was deployed. */
  readonly policy: CordonConfig['policy'];
  readonly suspects: readonly Suspect[];
  /** A like instance that no finding is about, and which its own account's people put into an empty group by hand. */
  readonly plainSwapTwin?: Suspect;
  readonly roleChain?: RoleChain;
  readonly deliveries: readonly Delivery[];
  readonly through: Through;
  readonly seed: string;
  /** Text that an attacker chose and that must reach no output unescaped: tags, titles, names planted by the builder or read from the raw finding. */
  readonly hostileTexts: readonly string[];
}
