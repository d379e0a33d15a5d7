/** What is read of an instance, and of what it was launched from, before one like it is launched. */
export interface ReplacementFacts {
  /** The instance's state, and when it was last started. */
  readonly state: string;
  readonly startedAt?: string;
  readonly image?: {
    readonly createdAt?: string;
    readonly ownerId?: string;
    /** `amazon`, `aws-marketplace`. */
    readonly ownerAlias?: string;
    readonly available: boolean;
  };
  /** Absent where it was launched from none; `found: false` where that version is gone. */
  readonly template?: {
    readonly found: boolean;
    readonly createdAt?: string;
    /** It names an interface or an address that only one instance can have. */
    readonly ofOneInstance: boolean;
  };
  /** Volumes that snapshots of image and template were taken from, as far as EC2 shows them. */
  readonly madeFromVolumes: readonly string[];
  /** The instance's own volumes. */
  readonly ownVolumes: readonly string[];
  readonly spot: boolean;
  readonly spotRequest?: string;
  /** Groups of the interface before the cut. */
  readonly groupIds?: readonly string[];
  /** Whether it had a profile, and the role behind it as far as IAM says it. */
  readonly hadProfile: boolean;
  readonly roleArn?: string;
}

/** What the deployment allows. */
export interface ReplacementAllowed {
  readonly account: string;
  readonly passRoles: readonly string[];
  readonly imageOwners: readonly string[];
}

/**
 * When the attacker is first seen: the earliest that any finding of the incident tells, and when it was opened at the latest. ISO times, in
 * and out. Pure.
 */
export const firstActivityOf = (seen: readonly (string | undefined)[], openedAt: string): string => {
  const times = [...seen, openedAt].flatMap((at) => {
    const time = Date.parse(at ?? '');
    return Number.isNaN(time) ? [] : [time];
  });
  return new Date(Math.min(...times)).toISOString();
};

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/;

/** Whether the deployment lets this role be passed. `*` at the end of a pattern stands for anything. */
export const mayPass = (roleArn: string, { account, passRoles }: ReplacementAllowed): boolean => {
  const [, owner, name] = ROLE.exec(roleArn) ?? [];
  return (
    owner === account &&
    name !== undefined &&
    passRoles.some((pattern) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    )
  );
};

const ofImage = (
  { image }: ReplacementFacts,
  { account, imageOwners }: ReplacementAllowed,
  since: number,
): string | undefined => {
  if (image?.available !== true) return 'the image that it was launched from is gone';
  const { ownerId, ownerAlias, createdAt } = image;
  const owners = [account, ...imageOwners];
  // The alias first, as in the condition key `ec2:Owner`.
  const owner = ownerAlias ?? ownerId;
  if (owner === undefined || !owners.includes(owner))
    return `the image belongs to ${owner ?? 'nobody that EC2 names'}, whom containment.replacement.imageOwners does not name`;
  if (createdAt === undefined || Date.parse(createdAt) >= since)
    return "the image was made after the first activity of the findings, or EC2 does not say when: it may be the attacker's";
  return undefined;
};

/**
 * Why no replacement is launched; undefined where one may be. What may be the attacker's work is not launched: an image, a template's
 * version or a start that is younger than the first activity that the findings saw. User data of a running instance cannot be changed,
 * so that one which has run since before then still has its own. Pure.
 *
 * @param firstActivity ISO time
 */
export const whyNotReplaced = (
  facts: ReplacementFacts,
  allowed: ReplacementAllowed,
  firstActivity: string,
): string | undefined => {
  const since = Date.parse(firstActivity);
  const { startedAt, template, roleArn, groupIds } = facts;
  if (facts.state !== 'running')
    return `the instance is ${facts.state}: what a stopped one would run at its next start may have been changed`;
  if (startedAt === undefined || Date.parse(startedAt) >= since)
    return "the instance was started after the first activity of the findings: what it runs may be the attacker's";
  const image = ofImage(facts, allowed, since);
  if (image !== undefined) return image;
  if (template?.found === false) return 'the version of the launch template that it came from is gone';
  if (template !== undefined && (template.createdAt === undefined || Date.parse(template.createdAt) >= since))
    return 'the version of the launch template was made after the first activity of the findings, or EC2 does not say when';
  if (template?.ofOneInstance === true)
    return 'its launch template names an interface or an address, which only one instance can have';
  const own = facts.madeFromVolumes.filter((id) => facts.ownVolumes.includes(id));
  if (own.length > 0)
    return `its image or template is made from its own disk ${own.join(', ')}: a replacement would have what the attacker left there`;
  if (facts.spot && facts.spotRequest !== 'one-time')
    return 'it is a Spot Instance of a request that is persistent, or not known to be one-time: the request launches another itself when this one ends, so cancel it first';
  if (groupIds === undefined || groupIds.length === 0)
    return 'no plan of the incident recorded the groups that it was in';
  if (!facts.hadProfile) return undefined;
  if (allowed.passRoles.length === 0)
    return 'it had a profile, and containment.replacement.passRoles names no role';
  if (roleArn === undefined) return 'the role behind its profile could not be read';
  return mayPass(roleArn, allowed)
    ? undefined
    : `its role ${roleArn} is none that containment.replacement.passRoles names`;
};
