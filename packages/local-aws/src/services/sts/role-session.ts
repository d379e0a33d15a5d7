import type { Caller } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import type { Role } from '../iam/state.ts';

/** Virtual epoch ms as AWS writes times in `aws:TokenIssueTime`: whole seconds, UTC. */
export const issueTime = (now: number): string => new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');

/**
 * The caller that someone becomes who holds credentials of `role`; keys are given to it by `issueCredentials`.
 * Its ARN leaves out the role's path. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 *
 * @param session `context` are the keys the session carries besides its issue time
 */
export const roleSession = (
  world: World,
  role: Role,
  session: {
    readonly name: string;
    readonly now: number;
    readonly context?: Caller['context'];
    readonly policies?: Caller['sessionPolicies'];
    readonly transitiveTags?: Caller['transitiveTags'];
  },
): Caller => {
  const account = role.arn.split(':')[4] ?? '';
  return {
    account,
    principal: {
      kind: 'role-session',
      account,
      roleArn: role.arn,
      sessionArn: `arn:${world.facts.partition}:sts::${account}:assumed-role/${role.name}/${session.name}`,
      roleId: role.roleId,
      sessionName: session.name,
    },
    accessKeyId: '',
    context: { 'aws:TokenIssueTime': issueTime(session.now), ...session.context },
    sessionPolicies: session.policies ?? [],
    transitiveTags: session.transitiveTags ?? {},
  };
};
