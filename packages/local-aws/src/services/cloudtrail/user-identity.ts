import type { Caller } from '../../core/operation.ts';
import { callerIdentity } from '../sts/caller-identity.ts';

/** Who called, as a record of CloudTrail says it. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
export type UserIdentity = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The session's role, its age, and what was carried along. */
const sessionContext = ({ principal, context, account }: Caller): UserIdentity | undefined => {
  if (principal.kind !== 'role-session') return undefined;
  const { roleArn, roleId } = principal;
  const identity = text(context['aws:SourceIdentity']);
  return {
    sessionIssuer: {
      type: 'Role',
      principalId: roleId,
      arn: roleArn,
      accountId: account,
      userName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
    },
    attributes: { creationDate: text(context['aws:TokenIssueTime']), mfaAuthenticated: 'false' },
    ...(identity === undefined ? {} : { sourceIdentity: identity }),
    // Given by an instance's metadata service, which here is taken to be asked with a token.
    ...(context['ec2:SourceInstanceARN'] === undefined ? {} : { ec2RoleDelivery: '2.0' }),
  };
};

const TYPES = { 'role-session': 'AssumedRole', user: 'IAMUser', root: 'Root' } as const;

/** The caller in the record that its own account gets. */
export const userIdentity = (caller: Caller): UserIdentity => {
  const { principal } = caller;
  if (principal.kind === 'service') return { type: 'AWSService', invokedBy: principal.service };
  const session = sessionContext(caller);
  const { userId, arn } = callerIdentity(caller);
  return {
    type: TYPES[principal.kind],
    principalId: userId,
    arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
    ...(principal.kind === 'user' ? { userName: userNameOf(caller) } : {}),
    ...(session === undefined ? {} : { sessionContext: session }),
  };
};

/** The caller in the record that the owner of a resource in another account gets: neither its key nor its session's issuer. */
export const foreignIdentity = (caller: Caller): UserIdentity => ({
  type: 'AWSAccount',
  principalId: callerIdentity(caller).userId,
  accountId: caller.account,
});

/** The name by which lookups find a caller: of a role's session its session name, of an instance's credentials thus the instance's id. */
export const userNameOf = ({ principal }: Caller): string | undefined => {
  switch (principal.kind) {
    case 'role-session':
      return principal.sessionName;
    case 'user':
      return principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
    case 'root':
      return 'root';
    case 'service':
      return undefined;
  }
};
