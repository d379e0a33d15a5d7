import type { Caller } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';

/** The ARNs under which a grant can name the caller: for a session, its role and itself. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grantee-principal */
export const principalArns = (world: World, { principal }: Caller): readonly string[] => {
  switch (principal.kind) {
    case 'role-session':
      return [principal.roleArn, principal.sessionArn];
    case 'user':
      return [principal.arn];
    case 'root':
      return [`arn:${world.facts.partition}:iam::${principal.account}:root`];
    case 'service':
      return [];
  }
};
