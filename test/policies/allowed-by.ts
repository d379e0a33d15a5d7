import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import type { CordonConfig } from '@cordon/incident';
import type { Names, Statement } from '@cordon/responder/needs';

/** What a function's own role may be asked for. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly context?: AuthorizationRequest['context'];
}

/** What statements of the security account say of themselves. */
export const securityNames = ({ accounts, homeRegion, organizationId }: CordonConfig): Names => ({
  partition: 'aws',
  account: accounts.security,
  securityAccount: accounts.security,
  evidenceAccount: accounts.evidence,
  forensicsAccount: accounts.forensics,
  homeRegion,
  organizationId,
});

/** Whether statements alone let a role of ours in the security account do it. */
export const allowedBy = (
  statements: readonly Statement[],
  { action, resource, context = {} }: Asked,
  { accounts: { security } }: Pick<CordonConfig, 'accounts'>,
): boolean =>
  authorize({
    principal: {
      kind: 'role-session',
      account: security,
      roleArn: `arn:aws:iam::${security}:role/cordon/tested`,
      sessionArn: `arn:aws:sts::${security}:assumed-role/tested/tested`,
      roleId: 'AROAX',
      sessionName: 'tested',
    },
    action,
    resource,
    resourceAccount: security,
    context,
    policies: { identity: [compile({ Version: '2012-10-17', Statement: statements }, 'needs')] },
  }).verdict === 'allow';
