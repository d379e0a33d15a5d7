import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '@cordon/evidence';
import * as z from 'zod';
import { IAM_PATH } from '../contract.ts';

/**
 * How the sessions of a contained instance are denied: by attaching the one fixed managed policy, or by writing an inline
 * policy into the role. A deployment chooses (`containment.sessionDeny`), and each plan says which.
 */
export const sessionDenyWay = z.enum(['attach-fixed-policy', 'put-role-policy']);
/** How the sessions of a contained instance are denied. */
export type SessionDenyWay = z.infer<typeof sessionDenyWay>;

/**
 * Paths of roles that no session deny may touch: our own, the service-linked ones, which only their service may change,
 * and those of Identity Center, which cannot be edited. (aws-facts 2.5)
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
export const PROTECTED_ROLE_PATHS = [IAM_PATH, '/aws-service-role/', '/aws-reserved/'] as const;

/** Why the sessions of a role are left alone; undefined when they may be denied. `path` is the role's, such as `/` or `/shop/`. */
export const whyRoleIsProtected = (role: {
  readonly name: string;
  readonly path: string;
}): string | undefined => {
  const under = PROTECTED_ROLE_PATHS.find((path) => role.path.startsWith(path));
  return under === undefined
    ? undefined
    : `role ${role.name} is under ${under}, where Cordon changes no role; a person must deny its sessions (runbook revoke-credentials-failed)`;
};

/**
 * The inline policy that denies everything to the sessions of one instance, as canonical text. Two statements, for either
 * alone has gaps (aws-facts 2.5): the name of an instance's session is the instance's id; `ec2:SourceInstanceARN` stays
 * with credentials wherever they are used.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
 */
export const sessionDenyDocument = (of: Denied): string => documentOf(of, {});

/** Whose sessions are denied. */
interface Denied {
  readonly partition: string;
  readonly instanceId: string;
}

const documentOf = (of: Denied, bound: Readonly<Record<string, object>>): string => {
  const deny = (Sid: string, Condition: Readonly<Record<string, object>>): object => ({
    Sid,
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { ...Condition, ...bound },
  });
  return canonicalJson({
    Version: '2012-10-17',
    Statement: [
      deny('BySessionName', { StringLike: { 'aws:userid': `*:${of.instanceId}` } }),
      deny('BySourceInstance', {
        ArnLike: { 'ec2:SourceInstanceARN': `arn:${of.partition}:ec2:*:*:instance/${of.instanceId}` },
      }),
    ],
  });
};

const ISSUED = 'aws:TokenIssueTime';

/**
 * The same deny for what was issued before a moment alone, so that credentials which a released instance gets afterwards work.
 * A request that does not tell when its credentials were issued is denied, for they may be old ones (`IfExists`).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 *
 * @param issuedBefore such as `2026-11-21T12:00:00Z`: IAM compares whole seconds
 */
export const boundedDenyDocument = (of: Denied, issuedBefore: string): string =>
  documentOf(of, { DateLessThanIfExists: { [ISSUED]: issuedBefore } });

/** The first whole second after a moment: what was issued up to that moment was issued before it. `at` is in epoch milliseconds. */
export const secondAfter = (at: number): string =>
  new Date((Math.floor(at / 1_000) + 1) * 1_000).toISOString().replace('.000Z', 'Z');

const boundOf = z.object({
  Statement: z.array(
    z.object({ Condition: z.object({ DateLessThanIfExists: z.object({ [ISSUED]: z.string() }) }) }),
  ),
});

/** The moment that bounds a deny which was read back; undefined where it is not our bounded deny to the letter. */
export const boundIn = (document: string, of: Denied): string | undefined => {
  const read = parsed(document);
  const [first] = boundOf.safeParse(read).data?.Statement ?? [];
  const issuedBefore = first?.Condition.DateLessThanIfExists[ISSUED];
  return issuedBefore !== undefined &&
    !Number.isNaN(Date.parse(issuedBefore)) &&
    isDeepStrictEqual(read, parsed(boundedDenyDocument(of, issuedBefore)))
    ? issuedBefore
    : undefined;
};

/**
 * The inline policy that denies everything to one session of a role. Its name holds no wildcard and no variable: STS takes none
 * (`readTrailEvent` checks it), and the comparison is exact.
 */
export const chainedDenyDocument = (of: { readonly roleId: string; readonly sessionName: string }): string =>
  canonicalJson({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ByUserId',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:userid': `${of.roleId}:${of.sessionName}` } },
      },
    ],
  });

/** True when a policy that was read back is that deny, whatever the order of its members. */
export const deniesChained = (
  document: string,
  of: { readonly roleId: string; readonly sessionName: string },
): boolean => isDeepStrictEqual(parsed(document), parsed(chainedDenyDocument(of)));

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * True when a policy that was read back is the instance's deny to the letter, whatever the order of its members. A
 * statement that somebody changed or added makes it false: a condition more could let the sessions through.
 */
export const deniesSessionsOf = (
  document: string,
  of: { readonly partition: string; readonly instanceId: string },
): boolean => isDeepStrictEqual(parsed(document), parsed(sessionDenyDocument(of)));
