import * as z from 'zod';

/** Such as `AWSReservedSSO_CordonOperators_0123456789abcdef`; the Region's segment is absent in us-east-1. */
const IDENTITY_CENTER_ROLE =
  /^arn:[a-z-]+:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9*-]+\/)?(AWSReservedSSO_[\w+=,.@-]+_(?:[0-9a-f]{16}|\*))$/;
const USER = /^arn:[a-z-]+:iam::(\d{12}):user\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/;

/**
 * ARN of an IAM user, or ARN pattern of a role of IAM Identity Center whose hexadecimal suffix, and Region, may be `*`. The account
 * is written out, for anybody may make a role of any name in an account of theirs. Other roles are refused: whoever assumes one
 * chooses the session's name, and could be two people. In Identity Center the session's name is the user's.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const approverPattern = z.string().refine((arn) => IDENTITY_CENTER_ROLE.test(arn) || USER.test(arn), {
  error: ({ input }) =>
    `${JSON.stringify(input)} is neither an IAM user's ARN nor arn:PARTITION:iam::ACCOUNT:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_NAME_*; ` +
    'other roles let whoever assumes them choose a name',
});

/** What an approver's pattern says of a caller. */
export interface Approver {
  readonly kind: 'identity-center-role' | 'user';
  readonly account: string;
  /** Role's name up to the suffix that `*` stands for, or the user's name. */
  readonly name: string;
  /** True when the name goes on with 16 hexadecimal digits of any value. */
  readonly anySuffix: boolean;
}

/** Reads a pattern of the configuration; throws a TypeError for what `approverPattern` does not take. */
export const readApprover = (arn: string): Approver => {
  const [, roleAccount, roleName] = IDENTITY_CENTER_ROLE.exec(arn) ?? [];
  if (roleAccount !== undefined && roleName !== undefined) {
    const anySuffix = roleName.endsWith('*');
    return {
      kind: 'identity-center-role',
      account: roleAccount,
      name: anySuffix ? roleName.slice(0, -1) : roleName,
      anySuffix,
    };
  }
  const [, account, name] = USER.exec(arn) ?? [];
  if (account === undefined || name === undefined)
    throw new TypeError(`bad approver ${JSON.stringify(arn)}; correct approvals.approvers`);
  return { kind: 'user', account, name, anySuffix: false };
};
