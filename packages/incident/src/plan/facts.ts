import * as z from 'zod';
import { accountId, instanceId, region } from '../ids.ts';

const text = z.string().max(2_000);

/** One network interface of the instance, as described before any change. */
const interfaceFacts = z.object({
  networkInterfaceId: text,
  /** The interface's own VPC: a secondary one may lie in another VPC than the first. */
  vpcId: text,
  groupIds: z.array(text),
  requesterManaged: z.boolean(),
  /** Auto-assigned public IPv4, not an Elastic IP. */
  publicIp: text.optional(),
});
/** One volume attached to the instance. */
const volumeFacts = z.object({
  volumeId: text,
  deviceName: text,
  sizeGiB: z.number(),
  encrypted: z.boolean(),
  kmsKeyArn: text.optional(),
  isRoot: z.boolean(),
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

/** Attributes that protection changes, as they were: an undo restores exactly these. Absent where EC2 did not say. */
const attributeFacts = z.object({
  disableApiTermination: z.boolean().optional(),
  shutdownBehavior: text.optional(),
  deleteOnTermination: z
    .array(z.object({ deviceName: text, volumeId: text, deleteOnTermination: z.boolean() }))
    .default([]),
});

/** What is known of an instance before anything is changed; the plan follows from this alone. */
export const instanceFacts = z.object({
  account: accountId,
  region,
  instanceId,
  /** `gone` when EC2 knows no such instance (any more). */
  state: z.enum(['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped', 'gone']),
  instanceType: text.optional(),
  /** Spot instances cannot be protected from termination and only sometimes be stopped. */
  spot: z.boolean(),
  /** Service that manages the instance (EKS Auto Mode and others): EC2 refuses changes by anyone else. */
  managedBy: text.optional(),
  networkInterfaces: z.array(interfaceFacts),
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
  autoScalingGroup: text.optional(),
  attributes: attributeFacts.prefault({}),
  /** Virtual or real time at which the facts were read. */
  readAt: z.iso.datetime(),
});
/** What is known of an instance before anything is changed. */
export type InstanceFacts = z.infer<typeof instanceFacts>;
/** One attached volume. */
export type VolumeFacts = z.infer<typeof volumeFacts>;
