import type { InstanceFacts } from '../plan/facts.ts';

/** An interface that containment touched, as it is now, attached or not. */
export interface InterfaceNow {
  readonly networkInterfaceId: string;
  readonly groupIds: readonly string[];
  readonly publicIp?: string;
}

/** A role whose sessions of the instance were denied, as it is now. */
export interface DeniedRoleNow {
  readonly roleArn: string;
  /** Tag keys of ours that name this instance. */
  readonly marks: readonly string[];
  /** Contained instances beside this one that the role names. */
  readonly othersMarked: number;
  /** True when the one fixed policy is attached. */
  readonly attached: boolean;
  /** The inline deny of this instance: as we write it, or with another text. */
  readonly inline: 'none' | 'ours' | 'other';
}

/** All that a release is decided from, read in one round. */
export interface ReleaseFacts {
  /** The instance, read as inspect reads it. */
  readonly instance: InstanceFacts;
  readonly interfaces: readonly InterfaceNow[];
  /** Of the former groups, those that still exist. */
  readonly groupIds: readonly string[];
  /** Of the former addresses, those that the account still has. */
  readonly addresses: readonly {
    readonly allocationId: string;
    readonly associatedWith?: { readonly networkInterfaceId: string; readonly privateIpAddress?: string };
  }[];
  readonly scalingGroups: readonly {
    readonly name: string;
    readonly desired: number;
    readonly max: number;
  }[];
  /** Isolation groups of ours in the VPCs concerned, with the interfaces in them. */
  readonly isolation: readonly {
    readonly groupId: string;
    readonly vpcId: string;
    readonly usedBy: readonly string[];
  }[];
  /** Roles that do not exist any more are absent. */
  readonly roles: readonly DeniedRoleNow[];
  /** Ids of resources that carry this incident's tag. */
  readonly tagged: readonly string[];
  /** True when another incident holds the instance by now: this one was closed before. */
  readonly heldByAnother: boolean;
  /** Other incidents of the account and Region that hold an instance. */
  readonly othersContained: number;
}
