import { createHash } from 'node:crypto';
import type { Caller } from '../../core/operation.ts';
import { addRole } from '../iam/build.ts';
import { iamState } from '../iam/state.ts';
import { STACK_SETS_PRINCIPAL } from './access.ts';
import type { StackSetStage } from './run-operation.ts';

/**
 * The role by which a StackSet deploys into an account: the service makes it there when it is not there, with every right. AWS attaches
 * AdministratorAccess; here the same statement is in the role. Control policies bind it like any role of the account.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
 */
export const executionRole = ({ world, ids, timeline, host }: StackSetStage, account: string): Caller => {
  const { partition, organizationId } = world.facts;
  const suffix = createHash('md5').update(`${organizationId}/${account}`).digest('hex');
  const name = `stacksets-exec-${suffix}`;
  const arn = `arn:${partition}:iam::${account}:role/${name}`;
  if (!world.of(iamState, account, '').roles.has(name)) {
    const member = `arn:${partition}:iam::${account}:role/aws-service-role/${STACK_SETS_PRINCIPAL}/AWSServiceRoleForCloudFormationStackSetsOrgMember`;
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: member } };
    addRole(
      world,
      {
        account,
        name,
        trust: { Version: '2012-10-17', Statement: [trust] },
        inline: { AdministratorAccess: { Version: '2012-10-17', Statement: [everything] } },
      },
      { ids, now: timeline.now() },
    );
  }
  return host.callerForRole(arn, 'AWSCloudFormation');
};
