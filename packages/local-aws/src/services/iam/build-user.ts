import type { Caller } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import type { Making } from './build.ts';
import { compileDocument, type Document } from './policy-documents.ts';
import { iamState, type User } from './state.ts';

/** Length of what follows AIDA. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID_LENGTH = 17;

/** What a user is made from. */
export interface UserSpec {
  readonly account: string;
  readonly name: string;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, Document>>;
  /** Key of a virtual MFA device, as text; none when absent. */
  readonly mfaSecret?: string;
}

/**
 * Adds an IAM user to an account, without any API call. Boundaries, groups and managed policies of users are not implemented.
 *
 * @throws PolicyError for a document that does not compile; Error for a name that is taken
 */
export const addUser = (
  world: World,
  { account, name, inline = {}, mfaSecret }: UserSpec,
  { ids }: Pick<Making, 'ids'>,
): User => {
  const state = world.of(iamState, account, '');
  if (state.users.has(name))
    throw new Error(`account ${account} has a user ${name} already: choose another name`);
  const { partition } = world.facts;
  const policies = Object.entries(inline).map(
    ([policy, document]) =>
      [
        policy,
        compileDocument(state, document, { use: 'identity', name: `user ${account}/${name}: ${policy}` }),
      ] as const,
  );
  const user: User = {
    arn: `arn:${partition}:iam::${account}:user/${name}`,
    name,
    userId: `AIDA${ids.base32('user', UNIQUE_ID_LENGTH)}`,
    inline: new Map(policies),
    ...(mfaSecret === undefined
      ? {}
      : {
          device: {
            serialNumber: `arn:${partition}:iam::${account}:mfa/${name}`,
            secret: mfaSecret,
            lastStep: -1,
          },
        }),
  };
  state.users.set(name, user);
  return user;
};

/** The caller that whoever has a user's long-term keys is: they say nothing of MFA, nor of when they were issued. */
export const userCaller = ({ arn, userId }: User): Caller => {
  const account = arn.split(':')[4] ?? '';
  return {
    account,
    principal: { kind: 'user', account, arn, userId },
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
};
