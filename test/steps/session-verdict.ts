import type { Organization } from '@cordon/local-aws';

/** The role as the organization has it. */
interface Role {
  readonly arn: string;
  readonly name: string;
  readonly roleId: string;
}

/** What is asked of a session. */
interface Asked {
  readonly sessionName: string;
  readonly action: string;
  readonly resource: string;
  /** The Region in which it is asked. */
  readonly region: string;
}

/** What a session of a role may do with one action on something of the role's account, wherever it is used. */
export const sessionVerdict = (
  { host }: Organization,
  role: Role,
  { sessionName, action, resource, region }: Asked,
): string => {
  const account = role.arn.split(':')[4] ?? '';
  const principal = {
    kind: 'role-session' as const,
    account,
    roleArn: role.arn,
    sessionArn: `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`,
    roleId: role.roleId,
    sessionName,
  };
  const caller = {
    account,
    principal,
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
  return host.decideFor(caller, region, { action, resource, account }).verdict;
};
