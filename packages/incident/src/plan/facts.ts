import * as z from 'zod';
import { accountId, instanceId, region } from '../ids.ts';

const text = z.string().max(2_000);

/** One network interface of the instance, as described before any change. */
const interfaceFacts = z.object({
  networkInterfaceId: text,
  /** The interface's own VPC: a secondary one may lie in another VPC than the first. */
  vpcId: text,
  groupIds: z.array(text),
  /** Set on the interface that the instance was launched with; absent in facts that were read before. */
  primary: z.literal(true).optional(),
  /** Absent in facts that were read before there were subnets in them. */
  subnetId: text.optional(),
  requesterManaged: z.boolean(),
  /** Set on an interface that is an ECS or EKS pod's, and hangs off a trunk of the instance (aws-facts 2.1). */
  branch: z.literal(true).optional(),
  /** Idle timeout that the interface gives established TCP connections; EC2's own when absent. */
  tcpEstablishedSeconds: z.number().optional(),
  /** Auto-assigned public IPv4, not an Elastic IP. */
  publicIp: text.optional(),
  /** Every private IPv4 and IPv6 address, by which a load balancer may name it; absent in facts that were read before. */
  privateIps: z.array(text).optional(),
});
/** One volume attached to the instance. */
const volumeFacts = z.object({
  volumeId: text,
  deviceName: text,
  sizeGiB: z.number(),
  encrypted: z.boolean(),
  kmsKeyArn: text.optional(),
  isRoot: z.boolean(),
  /** Other instances that have it attached as well (Multi-Attach). */
  alsoAttachedTo: z.array(instanceId).optional(),
  /** State of its key as KMS names it, `NotFound` where there is none any more; absent where it was not read, or not told. */
  keyState: text.optional(),
});
/** What a route leads to, as far as it says which connections it carries. */
const routeTarget = z.enum([
  'internet-gateway',
  'egress-only-internet-gateway',
  'nat-gateway',
  'peering',
  'transit-gateway',
  'gateway-endpoint',
  'other',
]);
/** A subnet that an interface lies in, with what decides over packets that cross its border. */
const subnetFacts = z.object({
  subnetId: text,
  vpcId: text,
  /** Another account than the instance's where the subnet is shared: network ACL, routes and gateways are the owner's. */
  ownerId: accountId,
  networkAclId: text.optional(),
  /** The route table that the subnet is associated with; absent where it uses the main one. */
  routeTableId: text.optional(),
  /** Routes that leave the VPC, of the table that holds for the subnet. */
  routes: z.array(z.object({ destination: text, target: routeTarget, targetId: text })),
});
/** A network ACL that holds for one of those subnets. */
const networkAclFacts = z.object({
  networkAclId: text,
  /** Every subnet that it holds for, also those in which the instance has no interface. */
  subnetIds: z.array(text),
  entries: z.array(z.object({ ruleNumber: z.int(), egress: z.boolean(), allow: z.boolean(), cidr: text })),
});
/** A VPC endpoint that the agent of Systems Manager uses. */
const endpointFacts = z.object({
  endpointId: text,
  vpcId: text,
  service: z.enum(['ssm', 'ssmmessages', 'ec2messages', 's3']),
  type: z.enum(['Interface', 'Gateway']),
  /** Whether the service's own name leads to it in the VPC. */
  privateDns: z.boolean(),
  /** Private IPv4 addresses of its interfaces. */
  addresses: z.array(text),
});
/** A group with our name in one of the VPCs. */
const isolationGroupFacts = z.object({
  groupId: text,
  vpcId: text,
  /** True when it has not one rule in either direction. */
  empty: z.boolean(),
  /** True when the account owns it and it carries our isolation tag. */
  ours: z.boolean(),
});
/** How the instance's metadata service answers; an undo restores exactly these. */
export const metadataOptions = z.object({
  httpEndpoint: z.enum(['enabled', 'disabled']),
  httpTokens: z.enum(['optional', 'required']).optional(),
  hopLimit: z.int().optional(),
  httpProtocolIpv6: z.enum(['enabled', 'disabled']).optional(),
  instanceMetadataTags: z.enum(['enabled', 'disabled']).optional(),
});

/** Attributes that protection changes, as they were: an undo restores exactly these. Absent where EC2 did not say. */
const attributeFacts = z.object({
  disableApiTermination: z.boolean().optional(),
  shutdownBehavior: text.optional(),
  deleteOnTermination: z
    .array(z.object({ deviceName: text, volumeId: text, deleteOnTermination: z.boolean() }))
    .default([]),
});

/** What kind of machine it is, as far as it bears on protecting, crashing and stopping it. */
const machineFacts = z.object({
  /** An instance whose root is an instance store cannot be stopped, only terminated (aws-facts 2.9). */
  rootDevice: z.enum(['ebs', 'instance-store']),
  /** Whether it was launched so that it can hibernate. */
  hibernation: z.boolean(),
  /** `DisableApiStop`: EC2 refuses to stop it, us too. Absent where it could not be read. */
  stopProtected: z.boolean().optional(),
  /** Of a Spot instance: only one of a persistent request can be stopped. Absent where it could not be read. */
  spotRequest: z.enum(['one-time', 'persistent']).optional(),
  /** Of its type; read only where the policy allows a stop or a crash, and absent where it could not be read. */
  type: z
    .object({
      nitro: z.boolean(),
      x86: z.boolean(),
      instanceStorage: z.boolean(),
      /** MiB; absent in facts that were read before. */
      memoryMiB: z.int().optional(),
    })
    .optional(),
  /** What it was launched from. Tags that begin with `aws:` name the template: nobody but AWS sets those. */
  launchedFrom: z
    .object({
      imageId: text,
      subnetId: text.optional(),
      template: z.object({ id: text, version: text }).optional(),
    })
    .optional(),
  /** It was launched by us in place of another that is contained. */
  replaces: z.literal(true).optional(),
  /** A fleet that launched it and may keep its capacity up; told by tags that AWS alone can set. */
  fleet: z.enum(['ec2-fleet', 'spot-fleet']).optional(),
});
/** How an instance stands in its Auto Scaling group. */
const scalingFacts = z.object({
  /** As Auto Scaling names it: `InService`, `Standby`, `Warmed:Stopped`. */
  lifecycleState: text,
});
/** Where load balancers send requests to the instance. */
const balancerFacts = z.object({
  targets: z.array(
    z.object({
      targetGroupArn: text,
      targetId: text,
      port: z.int(),
      /** Of an address outside of the group's VPC, `all`. */
      availabilityZone: text.optional(),
      /** Other targets of the group that are healthy. */
      othersHealthy: z.int(),
    }),
  ),
  classic: z.array(z.object({ name: text, othersInService: z.int() })),
  /** Groups of other VPCs that name an address which the instance has too: they may mean another host. */
  ambiguous: z.array(text),
  /** What could not be read, in plain sentences. */
  unread: z.array(text),
});

/** What is known of an instance before anything is changed; the plan follows from this alone. */
export const instanceFacts = z.object({
  account: accountId,
  region,
  instanceId,
  /** `gone` when EC2 knows no such instance (any more). */
  state: z.enum(['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped', 'gone']),
  instanceType: text.optional(),
  /** What EC2 names: an image of Windows, or any other. Absent in facts that were read before. */
  platform: z.enum(['windows', 'other']).optional(),
  /** AWS Marketplace product codes of its volumes, as EC2 shows them on the instance. Absent where there are none, and in facts that were read before. */
  productCodes: z.array(text).optional(),
  /** Spot instances cannot be protected from termination and only sometimes be stopped. */
  spot: z.boolean(),
  /** Service that manages the instance (EKS Auto Mode and others): EC2 refuses changes by anyone else. */
  managedBy: text.optional(),
  networkInterfaces: z.array(interfaceFacts),
  /** Empty where the network could not be read. */
  subnets: z.array(subnetFacts).default([]),
  networkAcls: z.array(networkAclFacts).default([]),
  volumes: z.array(volumeFacts),
  isolationGroups: z.array(isolationGroupFacts),
  addresses: z.array(
    z.object({
      associationId: text,
      allocationId: text,
      publicIp: text,
      networkInterfaceId: text,
      /** The private address that it belongs to, where that is not the interface's first. */
      privateIpAddress: text.optional(),
    }),
  ),
  profile: z.object({ associationId: text, profileArn: text }).optional(),
  /** Absent where EC2 did not say. */
  metadataOptions: metadataOptions.optional(),
  /** What Systems Manager says of its agent; read only where the policy wants memory or a path to it, absent where it could not be read. */
  agent: z.object({ online: z.boolean() }).optional(),
  autoScalingGroup: text.optional(),
  /** Absent where it is in no group, and in facts that were read before. */
  scaling: scalingFacts.optional(),
  /** A service whose node it is; told by tags that AWS alone can set. */
  nodeOf: z.enum(['eks', 'elastic-beanstalk', 'emr']).optional(),
  /** Absent in facts that were read before. */
  machine: machineFacts.optional(),
  /** Read for people who ask what would be done; absent otherwise, for isolation does not wait for it. No step follows from it. */
  balancers: balancerFacts.optional(),
  /** Endpoints of SSM and S3 in the account's VPCs; read only where the policy wants a management path, absent where they could not be read. */
  managementEndpoints: z.array(endpointFacts).optional(),
  /** Addresses at the far end of what the incident's findings saw; checked, but chosen by an attacker. */
  remoteAddresses: z.array(text).default([]),
  /** DNS names that the incident's findings saw asked for; valid, but chosen by an attacker. */
  domains: z.array(text).default([]),
  attributes: attributeFacts.prefault({}),
  /** Virtual or real time at which the facts were read. */
  readAt: z.iso.datetime(),
});
/** What is known of an instance before anything is changed. */
export type InstanceFacts = z.infer<typeof instanceFacts>;
/** A subnet that an interface of the instance lies in. */
export type SubnetFacts = z.infer<typeof subnetFacts>;
/** One attached volume. */
export type VolumeFacts = z.infer<typeof volumeFacts>;
/** Where load balancers send requests to the instance. */
export type BalancerFacts = z.infer<typeof balancerFacts>;
/** What kind of machine it is. */
export type MachineFacts = z.infer<typeof machineFacts>;
