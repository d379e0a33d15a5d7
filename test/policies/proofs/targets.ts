import {
  BREAK_GLASS_ROLE_NAME,
  IAM_PATH,
  READ_TRAIL_NAME,
  SESSION_DENY_POLICY_NAME,
  trailBucketName,
  vaultBucketName,
} from '@cordon/incident';
import type { Catalogue } from '@cordon/iam/catalogue';
import { policiesIn, type Organization } from '@cordon/local-aws';
import { ACCOUNTS, DEPLOYED_DUTIES, type AccountName, type Who } from '../cast.ts';
import type { Never } from './invariant.ts';

/** ARN of a role of ours. */
export const role = (account: AccountName, name: string): string =>
  `arn:aws:iam::${ACCOUNTS[account]}:role${IAM_PATH}${name}`;
/** ARN of an account's role of last resort. */
export const breakGlass = (account: AccountName): string =>
  `arn:aws:iam::${ACCOUNTS[account]}:role/${BREAK_GLASS_ROLE_NAME}`;

/** Instances of a member account. */
export const instance = {
  arn: `arn:aws:ec2:eu-west-1:${ACCOUNTS.member}:instance/i-1`,
  forms: [`arn:aws:ec2:*:${ACCOUNTS.member}:instance/*`],
  owner: 'member',
} as const;
/** Snapshots that an account owns. */
export const snapshotOf = (owner: AccountName) =>
  ({ arn: 'arn:aws:ec2:eu-west-1::snapshot/snap-1', forms: ['arn:aws:ec2:*::snapshot/*'], owner }) as const;
/** Roles of an account. */
export const roleOf = (owner: AccountName) =>
  ({
    arn: `arn:aws:iam::${ACCOUNTS[owner]}:role/some`,
    forms: [`arn:aws:iam::${ACCOUNTS[owner]}:role/*`],
    owner,
  }) as const;
/** The vault's bucket. */
export const vault = {
  arn: `arn:aws:s3:::${vaultBucketName(ACCOUNTS.evidence)}`,
  owner: 'evidence',
} as const;
/** Objects of the vault. */
export const vaultObject = { ...vault, arn: `${vault.arn}/incidents/x`, forms: [`${vault.arn}/*`] } as const;

/** The trail of reads. */
export const readTrail = {
  arn: `arn:aws:cloudtrail:eu-west-1:${ACCOUNTS.evidence}:trail/${READ_TRAIL_NAME}`,
  forms: [`arn:aws:cloudtrail:*:${ACCOUNTS.evidence}:trail/${READ_TRAIL_NAME}`],
  owner: 'evidence',
} as const;
/** Files of that trail. */
export const trailFile = {
  arn: `arn:aws:s3:::${trailBucketName(ACCOUNTS.evidence)}/AWSLogs/x`,
  forms: [`arn:aws:s3:::${trailBucketName(ACCOUNTS.evidence)}/*`],
  owner: 'evidence',
} as const;

/** Every role of ours in a member account. */
export const MEMBER_ROLES: readonly Who[] = [...DEPLOYED_DUTIES, 'quarantined instance'];

/** The same claim for several. */
export const forEach = (who: readonly Who[], rest: Omit<Never, 'who'>): readonly Never[] =>
  who.map((one) => ({ who: one, ...rest }));

/** Every role of an account but those, its root user, and everybody in the security account. */
export const everybodyAtEvidence = (
  rest: Omit<Never, 'who' | 'anyRoleOf'>,
  except: readonly string[] = [],
): readonly Never[] => [
  { who: 'administrator of evidence', anyRoleOf: { except }, ...rest },
  { who: 'root of evidence', ...rest },
];

/** Actions of a service that do more than read. */
export const changesOf = (catalogue: Catalogue, service: string): readonly string[] =>
  catalogue.actions.filter((name) => {
    if (!name.startsWith(`${service}:`)) return false;
    const level = catalogue.action(name)?.accessLevel ?? 'Write';
    return !/^(Read|List)$/.test(level);
  });

/** What the product's keys in the evidence account are, each with what it is called. */
export const evidenceKeys = ({ world }: Organization): readonly string[] =>
  policiesIn(world).flatMap(({ kind, account, on, of }) =>
    kind === 'key' && account === ACCOUNTS.evidence && /^(alias\/cordon-|Cordon: )/.test(of) ? [on] : [],
  );

/** Roles that no session deny may touch. */
export const PROTECTED = ['/cordon/', '/aws-service-role/', '/aws-reserved/'].map(
  (path) => `arn:aws:iam::*:role${path}*`,
);
/** The one policy that the session deny attaches. */
export const SESSION_DENY = `arn:aws:iam::${ACCOUNTS.member}:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`;

/** ARN of a key of the evidence account. Throws when the account was not deployed. */
export const evidenceKeyNamed = ({ world }: Organization, alias: string): string => {
  const found = policiesIn(world).find(({ kind, of }) => kind === 'key' && of === alias);
  if (found === undefined)
    throw new Error(`the world has no key ${alias}: deploy the evidence account first`);
  return found.on;
};
