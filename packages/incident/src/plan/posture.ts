import * as z from 'zod';
import type { BeyondInstance } from '../config.ts';

/**
 * How far a technique may go that costs more than the instance's own connections: not at all, after a person said yes, by itself
 * but only where the cheaper steps could not be verified, or by itself.
 */
export const leave = z.enum(['never', 'ask', 'if-open', 'automatic']);
/** How far a technique may go. */
export type Leave = z.infer<typeof leave>;

/** The techniques that cost more than the instance's own connections, each with a leave of its own. */
export const LEAVES = [
  'memory',
  'stop',
  'crash',
  'detachVolumes',
  'remoteAddresses',
  'dnsFirewall',
  'subnetAcl',
  'routeTable',
  'internetGateway',
  'replacement',
  'metadataOff',
  'untracking',
  'managementPath',
  'blockHashes',
  'image',
  'liveResponse',
] as const;
/** One of `LEAVES`. */
export type LeaveName = (typeof LEAVES)[number];

/** What comes first where memory is captured: the cut, or the capture, for which the cut then waits for a bounded time. */
export const orderSchema = z.enum(['contain-first', 'memory-first']);
/** What comes first where memory is captured. */
export type Order = z.infer<typeof orderSchema>;

/**
 * What the policy allows for one incident, as decided when it was opened; it travels with the incident, so that a later
 * change of the policy changes no plan that is under way.
 *
 * `containment` says when the instance is cut off. `contain`: at once. `ask`: after a person said yes, or when nobody has
 * answered in time. `tripped`: as `ask`, because a circuit breaker or the halt switch says so; snapshots, credentials and
 * pages go on.
 */
export const postureSchema = z.object({
  containment: z.enum(['contain', 'ask', 'tripped']),
  /** Whether the cut waits, for a bounded time, until memory was captured. Incidents of earlier versions did not wait. */
  order: orderSchema.default('contain-first'),
  /** Whether the memory of the running host is captured. Incidents of earlier versions have none. */
  memory: leave.default('never'),
  /** Whether the contained instance is stopped once its volumes are frozen. Stopping loses the memory that was not captured. */
  stop: leave,
  /** Whether it is crashed before the stop, so that a prepared host (kdump) leaves its memory on the disk. */
  crash: leave,
  /** Whether all its volumes, root included, are detached and held once it is stopped. */
  detachVolumes: leave,
  /** Whether remote addresses of the findings are denied in the subnet's network ACL: no host of the subnet reaches them then. */
  remoteAddresses: leave.default('automatic'),
  /** Whether the findings' domains are blocked in the VPC's DNS Firewall: no host of the VPC resolves them then. */
  dnsFirewall: leave.default('automatic'),
  /** Whether the whole subnet may be cut by a network ACL of ours. */
  subnetAcl: leave,
  /** Whether the subnet may lose its routes. */
  routeTable: leave,
  /** Whether the VPC may lose its internet gateway. */
  internetGateway: leave,
  /** Whether a replacement is launched for an instance that no Auto Scaling group replaces. */
  replacement: leave,
  /** Whether the instance metadata service is turned off when nothing needs it. */
  metadataOff: leave,
  /**
   * Whether a group of ours may open an interface for a bounded time, so that connections which rules track become untracked and end
   * when it closes again (ADR 0013). Never without a yes, whatever is written here. Incidents of earlier versions have none.
   */
  untracking: leave.default('never'),
  /** Whether the endpoints of SSM and S3 may be reached for a bounded time after isolation. Incidents of earlier versions have none. */
  managementPath: leave.default('never'),
  /** Whether every written block of source and copy is hashed: where `automatic` alone. Incidents of earlier versions have none. */
  blockHashes: leave.default('never'),
  /** Whether an image of the instance is made beside its snapshots: where `automatic` alone. Incidents of earlier versions have none. */
  image: leave.default('never'),
  /** Minutes within which EC2 is asked to end each copy; copies end when they end where it is absent. */
  copyWithinMinutes: z.int().min(15).max(2_880).optional(),
  /** Set where contents of the evidence are kept in the home Region; in the incident's own where it is absent. */
  residency: z.literal('home').optional(),
  /** For how many days the case is kept, where the policy says so; never less than every case (`keptDays`). */
  retentionDays: z.int().min(1).max(36_500).optional(),
  /** Whether the running host is asked what it is doing. Incidents of earlier versions were not. */
  liveResponse: leave.default('never'),
  /** Plain sentences: why. They hold nothing that an attacker wrote. */
  because: z.array(z.string().max(1_000)),
});
/** What the policy allows for one incident. */
export type Posture = z.infer<typeof postureSchema>;

/** Contain at once, with everything that reaches beyond the instance, or destroys something of it, left out. */
export const CONTAIN_ONLY: Posture = {
  containment: 'contain',
  order: 'contain-first',
  memory: 'never',
  stop: 'never',
  crash: 'never',
  detachVolumes: 'never',
  remoteAddresses: 'automatic',
  dnsFirewall: 'automatic',
  subnetAcl: 'never',
  routeTable: 'never',
  internetGateway: 'never',
  replacement: 'never',
  metadataOff: 'never',
  untracking: 'never',
  managementPath: 'never',
  blockHashes: 'never',
  image: 'never',
  liveResponse: 'never',
  because: [],
};

/** Whether it may come to a capture of memory, a crash, a stop or a detachment: then the plan needs to know what kind of machine the instance is. */
export const needsMachine = ({ memory, stop, crash, detachVolumes }: Posture): boolean =>
  [memory, stop, crash, detachVolumes].some((leave) => leave !== 'never');

/** The posture without the techniques to which the deployment gave the contain duty no right. */
export const withinReach = (posture: Posture, beyond: readonly BeyondInstance[]): Posture => ({
  ...posture,
  subnetAcl: beyond.includes('subnet-acl') ? posture.subnetAcl : 'never',
  routeTable: beyond.includes('route-table') ? posture.routeTable : 'never',
  internetGateway: beyond.includes('internet-gateway') ? posture.internetGateway : 'never',
  untracking: beyond.includes('untracking') ? posture.untracking : 'never',
  managementPath: beyond.includes('management-path') ? posture.managementPath : 'never',
});
