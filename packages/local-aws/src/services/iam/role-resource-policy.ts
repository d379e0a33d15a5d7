import { compile } from '@cordon/iam';
import type { ResourcePolicy } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { iamState, roleByArn } from './state.ts';

const ROLE_ARN = /^arn:[^:]+:iam::(\d{12}):role\//;

/**
 * The policy of a role as a resource: its trust policy, without which nobody assumes it. A trust policy speaks of STS actions
 * alone; all others on the role (`iam:PutRolePolicy`, `iam:PassRole`) are for the identity policies of the role's own account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#id_roles_terms-and-concepts
 *
 * @returns undefined for an ARN that is no role of the world
 */
export const roleResourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const account = ROLE_ARN.exec(arn)?.[1];
  const role = account === undefined ? undefined : roleByArn(world.of(iamState, account, ''), arn);
  if (account === undefined || role === undefined) return undefined;
  const delegation = compile(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'IdentityPoliciesOfTheAccount',
          Effect: 'Allow',
          Principal: { AWS: account },
          NotAction: 'sts:*',
          Resource: '*',
        },
      ],
    },
    role.trust.name,
  );
  return {
    policy: { ...role.trust, statements: [...role.trust.statements, ...delegation.statements] },
    mode: 'must-allow',
  };
};
