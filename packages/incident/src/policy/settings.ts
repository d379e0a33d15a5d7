import * as z from 'zod';
import { leave, orderSchema, type Leave, type LeaveName, type Order } from '../plan/posture.ts';

/** What is done about an instance: nothing but telling, cutting it off after a yes (or in time), or at once. Weakest first. */
export const MODES = ['observe', 'ask', 'contain'] as const;
/** One of `MODES`. */
export type Mode = (typeof MODES)[number];

/** By what is done without a person's yes. */
const LEAVE_ORDER: readonly Leave[] = ['never', 'ask', 'if-open', 'automatic'];

/** Of a technique that closes nothing which another one left open, so that `if-open` would mean nothing. */
const set = leave.exclude(['if-open']).optional();
const climbable = leave.optional();

/** What a rule may set. */
export const settingsSchema = z
  .strictObject({
    mode: z.enum(MODES).optional(),
    /** `memory-first` has the cut wait until memory was captured, or its time is over. */
    order: orderSchema.optional(),
    memory: set,
    stop: climbable,
    crash: set,
    detachVolumes: set,
    remoteAddresses: climbable,
    dnsFirewall: set,
    subnetAcl: climbable,
    routeTable: climbable,
    internetGateway: climbable,
    replacement: set,
    metadataOff: set,
    /** `never` or `ask` alone: the one step that opens. */
    untracking: set,
    /** A path to the endpoints of SSM and S3, for a bounded time after isolation. */
    managementPath: set,
    /** It changes nothing and waits for nobody: it is done, or not. */
    blockHashes: leave.exclude(['if-open', 'ask']).optional(),
    /** The same: it is made without a reboot, and stays in the member. */
    image: leave.exclude(['if-open', 'ask']).optional(),
    /**
     * Minutes within which EC2 shall end each copy, by quarters of an hour; a larger disk gets the shortest that EC2 can keep. It only shortens: of
     * all rules that apply the shortest counts. EBS charges for it. https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
     */
    copyWithinMinutes: z.int().min(15).max(2_880).multipleOf(15).optional(),
    /**
     * Where what the host held and said is kept: in its Region, or in the home Region. It leaves its Region only where that is sure to be meant, and no rule
     * on tags says so.
     */
    residency: z.enum(['region', 'home']).optional(),
    /** For how many days the case is kept. It only lengthens: of all rules that apply the longest counts (`keptDays`). */
    retentionDays: z.int().min(1).max(36_500).optional(),
    /** Commands that read what the running host is doing. */
    liveResponse: set,
  })
  .readonly();
/** What a rule sets. */
export type Settings = z.infer<typeof settingsSchema>;

/** Every setting with its value. */
export type AllSettings = {
  readonly mode: Mode;
  readonly order: Order;
  /** Absent where no rule says anything: then the deployment's default is kept to. */
  readonly retentionDays?: number;
  /** Absent where no rule says anything: then a copy ends when it ends. */
  readonly copyWithinMinutes?: number;
  /** Absent: contents are kept in the incident's Region. */
  readonly residency?: 'home';
} & {
  readonly [Name in LeaveName]: Leave;
};

/** Where no rule says otherwise: every unit starts in observe, and nothing costly is done. */
export const UNSET: AllSettings = {
  mode: 'observe',
  order: 'contain-first',
  memory: 'never',
  stop: 'never',
  crash: 'never',
  detachVolumes: 'never',
  // It spares the subnet but for the addresses that findings name, so it is part of the cut.
  remoteAddresses: 'automatic',
  // It spares the VPC but for the names that findings name.
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
};

/** The strongest of some modes. */
export const strongestMode = (modes: readonly Mode[]): Mode =>
  MODES.findLast((mode) => modes.includes(mode)) ?? 'observe';

/** The stronger of two leaves. */
export const strongerLeave = (one: Leave, other: Leave): Leave =>
  LEAVE_ORDER.indexOf(one) >= LEAVE_ORDER.indexOf(other) ? one : other;

/** A leave as far as it may go where it is not sure that it is meant: after a yes at most. */
export const atMostAsk = (value: Leave): Leave => (value === 'never' ? 'never' : 'ask');
