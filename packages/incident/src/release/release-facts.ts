import type { InstanceFacts } from '../plan/facts.ts';

/** An interface that containment touched, as it is now, attached or not. */
export interface InterfaceNow {
  readonly networkInterfaceId: string;
  readonly groupIds: readonly string[];
  readonly publicIp?: string;
  readonly tcpEstablishedSeconds?: number;
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
  readonly inline: 'none' | 'ours' | 'bounded' | 'other';
  /** With `bounded`: what was issued before this moment is denied, and nothing else. */
  readonly issuedBefore?: string;
}

/** What there is of one incident's DNS block for one VPC: things of our name alone. */
export interface DnsBlockNow {
  readonly vpcId: string;
  /** The association with the VPC; `DELETING` while it is on its way out. */
  readonly association?: { readonly id: string; readonly status: string };
  readonly ruleGroupId?: string;
  /** Whether the group has exactly the one rule that blocks our list. */
  readonly blocks: boolean;
  readonly domainListId?: string;
  /** What the list holds. */
  readonly specifications: readonly string[];
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
  /** Of the volumes that were detached, those that still exist. */
  readonly volumes: readonly {
    readonly volumeId: string;
    readonly state: string;
    readonly attachedTo?: { readonly instanceId: string; readonly deviceName: string };
  }[];
  /** Whether EC2 refuses to stop it; read only where containment lifted that. */
  readonly stopProtected?: boolean;
  /** Of the target groups and classic balancers that it left, those that still exist, with what is registered and not on its way out. */
  readonly balancers: {
    readonly targetGroups: readonly {
      readonly targetGroupArn: string;
      readonly targets: readonly {
        readonly targetId: string;
        readonly port: number;
        readonly availabilityZone?: string;
      }[];
    }[];
    readonly classic: readonly { readonly name: string; readonly instanceIds: readonly string[] }[];
  };
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
  /** What of subnets and VPCs containment touched, as it is now, in the accounts that own them. */
  readonly paths: {
    readonly acls: readonly {
      readonly networkAclId: string;
      readonly entries: readonly {
        readonly ruleNumber: number;
        readonly egress: boolean;
        readonly allow: boolean;
        readonly cidr: string;
      }[];
    }[];
    /** Without a table of its own a subnet has the VPC's main one. */
    readonly subnets: readonly {
      readonly subnetId: string;
      readonly networkAclId: string;
      readonly routeTableId?: string;
    }[];
    readonly routeTableIds: readonly string[];
    readonly gateways: readonly { readonly internetGatewayId: string; readonly vpcId?: string }[];
    /** Closed ACLs and empty tables of ours, with the subnets that have them. */
    readonly ownThings: readonly {
      readonly kind: 'remove-closed-acl' | 'remove-empty-table';
      readonly id: string;
      readonly vpcId: string;
      readonly usedBy: readonly string[];
      /** True where somebody gave it an entry that allows, or a way out of the VPC, since it was made. */
      readonly open?: boolean;
    }[];
  };
  /** What of an incident's DNS block each VPC concerned has, in the accounts that own them; absent where none was planned. */
  readonly dns?: readonly DnsBlockNow[];
  /** Roles that do not exist any more are absent. */
  readonly roles: readonly DeniedRoleNow[];
  /** True when the deployment lets a release write a deny that is bounded by issue time. */
  readonly mayBound: boolean;
  /** The same of sessions that the instance assumed, by id. */
  readonly chained?: readonly (DeniedRoleNow & { readonly id: string })[];
  /** Ids of resources that carry this incident's tag. */
  readonly tagged: readonly string[];
  /** True when another incident holds the instance by now: this one was closed before. */
  readonly heldByAnother: boolean;
  /** Other incidents of the account and Region that hold an instance. */
  readonly othersContained: number;
}
