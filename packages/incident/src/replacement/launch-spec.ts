import * as z from 'zod';
import { accountId } from '../ids.ts';
import { stepsOf, type Plan } from '../plan/steps.ts';

const text = z.string().max(2_000);

/**
 * What will be launched, as decided while the instance still ran as before: kept before anything is launched, so that every try asks for the
 * same. User data is no part of it, for it may hold secrets: its digest is, and it is read again at the launch.
 */
export const launchSpec = z.object({
  imageId: text,
  instanceType: text,
  subnetId: text,
  /** Of a subnet that is shared with the account. */
  subnetOwnerId: accountId.optional(),
  groupIds: z.array(text).min(1),
  profileArn: text.optional(),
  /** Role behind the profile. */
  roleArn: text.optional(),
  template: z.object({ id: text, version: text }).optional(),
  /**
   * Of a template that describes interfaces: then subnet and groups are given as one too, for EC2 takes no mixture, and with a public address
   * as the template has it.
   */
  byInterface: z.object({ publicAddress: z.boolean().optional() }).optional(),
  /** Hops that the metadata service's answers may take; containers need two. */
  hopLimit: z.int().optional(),
  tags: z.array(z.object({ key: text, value: text })).max(45),
  /** SHA-256 of the user data as EC2 gives it; absent where there is none. */
  userDataSha256: z.string().length(64).optional(),
  /** The instance's own first address, by which target groups may name it. */
  formerIp: text.optional(),
  preparedAt: z.iso.datetime(),
});
/** What will be launched. */
export type LaunchSpec = z.infer<typeof launchSpec>;

/** What an instance had before it was cut off. */
export interface Former {
  /** Of the interface; absent where no plan recorded it. */
  readonly groupIds?: readonly string[];
  readonly profileArn?: string;
}

/** What an instance had before the first plan that changed it, as the plans' undo keeps it. Plans come in order. Pure. */
export const formerOf = (plans: readonly Pick<Plan, 'steps'>[], networkInterfaceId: string): Former => {
  const steps = plans.flatMap((one) => one.steps);
  const groupIds = stepsOf({ steps }, 'isolate-interface').flatMap(({ undo }) =>
    undo.kind === 'restore-groups' && undo.networkInterfaceId === networkInterfaceId ? [undo.groupIds] : [],
  )[0];
  const profileArn = stepsOf({ steps }, 'replace-profile').flatMap(({ undo }) =>
    undo.kind === 'restore-profile' ? [undo.profileArn] : [],
  )[0];
  return {
    ...(groupIds === undefined ? {} : { groupIds }),
    ...(profileArn === undefined ? {} : { profileArn }),
  };
};

/** Tag keys that EC2 keeps for itself, and ours: neither is given to a replacement. */
const NOT_COPIED = /^(aws|cordon):/i;
/** EC2 takes 50 in all: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
const MOST_TAGS = 45;

/** The tags that a replacement gets of the instance's own. Pure. */
export const copiedTags = (
  tags: readonly { readonly key: string; readonly value: string }[],
): LaunchSpec['tags'] => tags.filter(({ key }) => !NOT_COPIED.test(key)).slice(0, MOST_TAGS);
