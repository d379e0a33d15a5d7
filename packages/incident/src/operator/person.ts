import * as z from 'zod';
import type { CordonConfig } from '../config.ts';
import { readApprover, type Approver } from './approver-pattern.ts';

/** Who decided: what AWS said of the caller, never what a request says of itself. */
export const personSchema = z.object({
  /** Two people of one name are taken for one: lower case, without the role. */
  name: z.string().min(1).max(128),
  arn: z.string().min(1).max(2_048),
});
/** Who decided. */
export type Person = z.infer<typeof personSchema>;

/**
 * What a function URL says of who signed the request; all else in the event is the caller's own text.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
const callerSchema = z.object({
  accountId: z.string().regex(/^\d{12}$/),
  userArn: z.string().max(2_048),
  userId: z.string().max(256),
  /** AWS documents the member, and its example has null in it; what it says must fit when it says anything. */
  principalOrgId: z.string().nullish(),
});

/** A person, or why the caller is none who may decide. */
export type Recognized =
  | { readonly status: 'known'; readonly person: Person }
  | { readonly status: 'unknown'; readonly because: string };

const SESSION = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;
const USER = /^arn:[a-z-]+:iam::(\d{12}):user\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/;

interface Caller {
  readonly kind: Approver['kind'];
  readonly account: string;
  /** Of the role, or of the user. */
  readonly name: string;
  readonly person: string;
}

const readArn = (arn: string): Caller | undefined => {
  const [, sessionAccount, role, session] = SESSION.exec(arn) ?? [];
  if (sessionAccount !== undefined && role !== undefined && session !== undefined)
    return { kind: 'identity-center-role', account: sessionAccount, name: role, person: session };
  const [, account, user] = USER.exec(arn) ?? [];
  if (account !== undefined && user !== undefined) return { kind: 'user', account, name: user, person: user };
  return undefined;
};

const admits = (approver: Approver, { kind, account, name }: Caller): boolean =>
  approver.kind === kind &&
  approver.account === account &&
  (approver.anySuffix
    ? name.startsWith(approver.name) && /^[0-9a-f]{16}$/.test(name.slice(approver.name.length))
    : name === approver.name);

/** Who may ask, and the setting that lists them; `approvals.approvers` when it is not said. */
interface Listed {
  readonly approvers: readonly string[];
  readonly setting?: string;
}

/**
 * The person behind a request to the operator function's URL: a session of an Identity Center role, or a user, that the
 * configuration lists. Pure. The ARN of a session says no path, so a role is known by account and name.
 *
 * @param authorizer `requestContext.authorizer.iam` of the event, as it came
 */
export const personOf = (
  authorizer: unknown,
  { organizationId, approvals }: Pick<CordonConfig, 'organizationId'> & { readonly approvals: Listed },
): Recognized => {
  const unknown = (because: string): Recognized => ({ status: 'unknown', because });
  const read = callerSchema.safeParse(authorizer);
  if (!read.success) return unknown('the request was not signed by an IAM identity');
  const { accountId, userArn, userId, principalOrgId } = read.data;
  if (principalOrgId !== null && principalOrgId !== undefined && principalOrgId !== organizationId)
    return unknown('the caller is of another organization');
  const caller = readArn(userArn);
  if (caller === undefined)
    return unknown(
      'the caller is neither a role session nor an IAM user: root and federated users decide nothing',
    );
  if (caller.account !== accountId)
    return unknown('the ARN of the caller names another account than its own');
  // The id of a session ends in its name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
  if (caller.kind === 'identity-center-role' && userId.split(':').slice(1).join(':') !== caller.person)
    return unknown('the id of the caller names another session than its ARN');
  if (!approvals.approvers.some((pattern) => admits(readApprover(pattern), caller)))
    return unknown(
      `the caller is not among ${approvals.setting ?? 'approvals.approvers'} of cordon.config.ts`,
    );
  return { status: 'known', person: { name: caller.person.toLowerCase(), arn: userArn } };
};

/** Whether two are one person, by whatever role or session they came. */
export const isSamePerson = (one: Person, other: Person): boolean => one.name === other.name;
