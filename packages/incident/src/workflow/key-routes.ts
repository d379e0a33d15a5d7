import * as z from 'zod';
import type { DiskState } from './disk.ts';

/** Ways to a copy that need a right of the acquire duty beside its own; a deployment opts in (`evidence.keyPaths`). */
export const keyPath = z.enum(['member-key', 'grant']);
/** A way to a copy that a deployment opts in to. */
export type KeyPath = z.infer<typeof keyPath>;

/** Every way, in the order in which they are tried: what leaves least behind comes first. */
const ROUTES = ['direct', 'transit', 'member-key', 'grant'] as const satisfies readonly DiskState['route'][];

/** What the acquire duty learned of a key: what KMS told, or the code with which it refused to. */
export type KeyLook =
  | {
      readonly told: true;
      /** `AWS` for `aws/ebs`, whose snapshots cannot be shared at all (aws-facts 3.2). */
      readonly manager: 'AWS' | 'CUSTOMER';
      readonly state: string;
      readonly deletionAt?: string | undefined;
    }
  | { readonly told: false; readonly code: string };

/** What the custodian learned of the volume's key. */
export type KeyProbe = 'admits-custodian' | 'refuses-custodian';

/**
 * How long a key that nobody can use is waited for: people were told at once and can enable it. The disk stays readable on the
 * running host meanwhile (https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html), but no copy can be made of it.
 */
export const KEY_WAIT_SECONDS = 3_600;
const KEY_LOOK_SECONDS = 120;

/** The disk on the next way, or given up with every reason; `direct` is only for a key that admits the custodian. */
const onNextRoute = (disk: DiskState, paths: readonly KeyPath[]): DiskState => {
  const tried = new Set((disk.tried ?? []).map(({ route }) => route));
  const open = ROUTES.find((route) => !tried.has(route) && isOpen(route, disk, paths));
  if (open !== undefined) return { ...disk, route: open, phase: 'hand-over', recheckAfterSeconds: 0 };
  return { ...disk, phase: 'failed', recheckAfterSeconds: 0, because: whyNoRoute(disk) };
};

const isOpen = (route: DiskState['route'], { key }: DiskState, paths: readonly KeyPath[]): boolean => {
  switch (route) {
    case 'direct':
      return false;
    case 'transit':
      return true;
    case 'member-key':
      return paths.includes(route);
    case 'grant':
      // Nobody grants an AWS managed key (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html), and a key that does not
      // even describe itself to us will not let us grant it.
      return paths.includes(route) && key?.manager !== 'AWS' && key?.refused === undefined;
  }
};

/** What is true of the key, in words: the first thing that whoever reads a failure needs. */
const keySentence = ({ kmsKeyArn, key }: DiskState): string => {
  const name = `its key ${kmsKeyArn ?? 'of an unknown name'}`;
  if (key?.refused === 'NotFoundException')
    return `${name} does not exist any more: nobody can read the disk`;
  if (key?.refused !== undefined)
    return `${name} admits none of our roles (${key.refused}): let its policy admit cordon-acquire or cordon-custodian`;
  const { state, deletionAt } = key ?? {};
  switch (state) {
    case undefined:
    case 'Enabled':
      return `${name} is enabled, and no way to a copy was found`;
    case 'Disabled':
      return `${name} is disabled`;
    case 'PendingDeletion':
      return `${name} is pending deletion${deletionAt === undefined ? '' : ` on ${deletionAt}`}`;
    default:
      return `${name} cannot be used, its state is ${state}`;
  }
};

/** Why there is no copy: what is true of the key, then what each way ended with. */
const whyNoRoute = (disk: DiskState): string =>
  [keySentence(disk), ...(disk.tried ?? []).map(({ route, because }) => `${route}: ${because}`)].join('; ');

/** What people are told at once of a key that cannot be used: what it is, what to do, and what not to do meanwhile. */
export const unusableKeyWarning = (disk: DiskState): string =>
  `${keySentence(disk)}: enable it, or cancel its deletion, within ${KEY_WAIT_SECONDS / 60} minutes, and the disk is copied before all others. ` +
  'Until then only the running host can read it: neither stop the host nor detach the volume';

const secondsSince = (then: string, now: string): number => (Date.parse(now) - Date.parse(then)) / 1000;

const withUnusable = (disk: DiskState, key: NonNullable<DiskState['key']>, now: string): DiskState => {
  const unusableSince = disk.key?.unusableSince ?? now;
  const waits = { ...disk, key: { ...key, unusableSince }, urgent: true as const };
  return secondsSince(unusableSince, now) < KEY_WAIT_SECONDS
    ? { ...waits, phase: 'look-at-key', recheckAfterSeconds: KEY_LOOK_SECONDS }
    : { ...waits, phase: 'failed', recheckAfterSeconds: 0, because: whyNoRoute(waits) };
};

/**
 * What follows from a look at the volume's key: a way to a copy, another look while nobody can use it (bounded), or the end with the
 * true reason. A key that KMS does not tell us of may admit the custodian all the same, or us through EC2: both are tried.
 */
export const afterKeyLook = (
  disk: DiskState,
  look: KeyLook,
  { now, paths }: { readonly now: string; readonly paths: readonly KeyPath[] },
): DiskState => {
  if (!look.told) {
    const refused = { ...disk, key: { refused: look.code } };
    if (look.code === 'NotFoundException')
      return { ...refused, phase: 'failed', recheckAfterSeconds: 0, because: whyNoRoute(refused) };
    return hasBegun(disk)
      ? onNextRoute(refused, paths)
      : { ...refused, phase: 'probe-key', recheckAfterSeconds: 0 };
  }
  const { manager, state, deletionAt } = look;
  const key = { manager, state, ...(deletionAt === undefined ? {} : { deletionAt }) };
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
  if (state !== 'Enabled') return withUnusable(disk, key, now);
  const usable = { ...disk, key };
  return manager === 'CUSTOMER' && !hasBegun(disk)
    ? { ...usable, phase: 'probe-key', recheckAfterSeconds: 0 }
    : onNextRoute(usable, paths);
};

const hasBegun = ({ tried = [] }: DiskState): boolean => tried.length > 0;

/** The route follows from whether the custodian may use the key: re-encrypting costs a second copy, so only when it must. */
export const afterProbe = (disk: DiskState, probe: KeyProbe, paths: readonly KeyPath[]): DiskState =>
  probe === 'admits-custodian'
    ? { ...disk, phase: 'hand-over', route: 'direct', recheckAfterSeconds: 0 }
    : onNextRoute(disk, paths);
