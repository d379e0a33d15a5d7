import type { InstanceFacts, VolumeFacts } from './facts.ts';
import type { Posture } from './posture.ts';

/** What is wanted of disks beyond a copy of each. */
export interface DiskWishes {
  /** An image of the instance beside the snapshots; `refused` where the policy wants one and the deployment has no right to it. */
  readonly image?: 'wanted' | 'refused' | undefined;
  /** Minutes within which EC2 shall end a copy. */
  readonly copyWithinMinutes?: number | undefined;
}

/** What the policy wants of an incident's disks beyond a copy of each, as far as the deployment lets it. Pure. */
export const diskWishes = (
  { image, copyWithinMinutes }: Pick<Posture, 'image' | 'copyWithinMinutes'>,
  right: { readonly image: boolean } | undefined,
): DiskWishes => ({
  ...(image === 'automatic' ? { image: right?.image === true ? 'wanted' : 'refused' } : {}),
  ...(copyWithinMinutes === undefined ? {} : { copyWithinMinutes }),
});

/**
 * Volumes whose key is known to be usable by nobody now. While they stay attached to the running host it reads them; once it stops, or
 * they are detached, nobody does, and the host cannot start again. https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html
 */
export const withUnusableKey = ({ volumes }: Pick<InstanceFacts, 'volumes'>): readonly VolumeFacts[] =>
  volumes.filter(({ keyState }) => keyState !== undefined && keyState !== 'Enabled');

/** Volumes that other instances write to as well. */
export const isShared = ({ alsoAttachedTo = [] }: Pick<VolumeFacts, 'alsoAttachedTo'>): boolean =>
  alsoAttachedTo.length > 0;

const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, 16).join(', ')}${ids.length > 16 ? `, and ${ids.length - 16} more` : ''}`;

/** EBS's price of a copy with a completion duration. https://aws.amazon.com/ebs/pricing/ : by duration, in us-east-1 as listed in 2026 */
const DEADLINE_DOLLARS_PER_GIB = { least: 0.005, most: 0.02 };

const instanceStore = ({ machine }: Pick<InstanceFacts, 'machine'>): string[] => {
  const root = machine?.rootDevice === 'instance-store';
  if (!root && machine?.type?.instanceStorage !== true) return [];
  return [
    `${root ? 'its root is an instance store, which' : 'its type has instance-store volumes, which'} cannot be had: no snapshot holds them, and a stop or ` +
      'termination destroys them. Only the running host can read them: copy what matters from there before anything ends it',
  ];
};

const productCodes = ({ productCodes: codes = [] }: Pick<InstanceFacts, 'productCodes'>): string[] =>
  codes.length === 0
    ? []
    : [
        `its volumes carry the AWS Marketplace product code(s) ${listed(codes)}: they are copied as any, but EC2 attaches a volume with a code only to a stopped ` +
          'instance whose account is subscribed, so that the forensic machine may not get it; whether the copy keeps the code is not known',
      ];

const keyStates = (facts: Pick<InstanceFacts, 'volumes'>): string[] =>
  withUnusableKey(facts).map(
    ({ volumeId, kmsKeyArn, keyState }) =>
      `nobody can use the key of ${volumeId} (${kmsKeyArn ?? 'of an unknown name'}: ${keyState}): enable it or cancel its deletion, and it is copied ` +
      'before all others; until then only the running host can read the disk',
  );

const shared = (facts: Pick<InstanceFacts, 'volumes'>): string[] =>
  facts.volumes
    .filter(isShared)
    .map(
      ({ volumeId, alsoAttachedTo = [] }) =>
        `${volumeId} is attached to ${listed(alsoAttachedTo)} as well (Multi-Attach): they write on, so that its snapshot is crash-consistent at best and what ` +
        'is on it may be theirs; they are left as they are, and it is not held apart',
    );

const deadline = (facts: Pick<InstanceFacts, 'volumes'>, minutes: number | undefined): string[] => {
  if (minutes === undefined || facts.volumes.length === 0) return [];
  const gib = facts.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const { least, most } = DEADLINE_DOLLARS_PER_GIB;
  return [
    `each copy is asked for within ${minutes} minutes, or the shortest time that EC2 can keep for its size: for ${gib} GiB EBS charges about ` +
      `$${(gib * least).toFixed(2)} to $${(gib * most).toFixed(2)} for each of the one or two copies of a disk, by the list price of us-east-1`,
  ];
};

/** What a person should know of an instance's disks before anything is done: each a plain sentence. Pure. */
export const diskReasons = (
  facts: Pick<InstanceFacts, 'volumes' | 'machine' | 'productCodes'>,
  { image, copyWithinMinutes }: DiskWishes = {},
): readonly string[] => [
  ...keyStates(facts),
  ...instanceStore(facts),
  ...shared(facts),
  ...productCodes(facts),
  ...deadline(facts, copyWithinMinutes),
  ...(image === 'refused'
    ? ['no image of the instance is made: the policy wants one, and the deployment has no `evidence.image`']
    : []),
];
