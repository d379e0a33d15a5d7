import type { Caller, Host } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import type { World } from '../../core/world.ts';
import { placeOfArn } from './state.ts';

/**
 * Why Step Functions may not act as a machine's role; undefined when it may.
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
 */
export const roleRefusal = (
  on: { readonly world: World; readonly host: Host },
  machineArn: string,
  roleArn: string,
): string | undefined => {
  const caller = serviceCaller(on.world, 'states.amazonaws.com', machineArn);
  const check = { action: 'sts:AssumeRole', resource: roleArn, account: placeOfArn(roleArn).account };
  const decision = on.host.decideFor(caller, placeOfArn(machineArn).region, check);
  return decision.verdict === 'deny' ? decision.why : undefined;
};

/** The role of a task's `Credentials`, assumed by the machine's. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html */
export const assumeTaskRole = (
  host: Host,
  machine: { readonly caller: Caller; readonly arn: string },
  on: { readonly roleArn: string; readonly sessionName: string },
): { readonly caller: Caller } | { readonly refusal: string } => {
  const check = {
    action: 'sts:AssumeRole',
    resource: on.roleArn,
    account: placeOfArn(on.roleArn).account,
    context: { 'sts:ExternalId': machine.arn },
  };
  const decision = host.decideFor(machine.caller, placeOfArn(machine.arn).region, check);
  return decision.verdict === 'deny'
    ? { refusal: decision.why }
    : { caller: host.callerForRole(on.roleArn, on.sessionName) };
};
