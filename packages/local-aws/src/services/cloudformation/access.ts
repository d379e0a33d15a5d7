import type { CallAs } from '@aws-sdk/client-cloudformation';
import type { Call, Check } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { organizationState } from '../organizations/state.ts';
import { noSuchStackSet, validationError } from './faults.ts';
import { stackSetState, type StackSet } from './state.ts';

/** The service that an organization trusts. https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudformation.html */
export const STACK_SETS_PRINCIPAL = 'member.org.stacksets.cloudformation.amazonaws.com';

/** The StackSets of a Region, those of delegated administrators included: all live in the management account. */
export const setsOf = (world: World, region: string): Map<string, StackSet> =>
  world.of(stackSetState, world.facts.managementAccount, region).sets;

/** Whether the organization trusts StackSets. */
export const isTrusted = (world: World): boolean =>
  world.of(organizationState, '', '').trustedServices.has(STACK_SETS_PRINCIPAL);

/**
 * Who may work on service-managed StackSets: the management account as itself, a delegated administrator as such, and nobody before
 * trusted access is activated. The wording of the refusal is how it has been seen, not documented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
 */
export const refuseStrangers = (
  { world, caller }: Pick<Call, 'world' | 'caller'>,
  callAs: CallAs = 'SELF',
): void => {
  const { delegations } = world.of(organizationState, '', '');
  const delegated = delegations.get(STACK_SETS_PRINCIPAL)?.has(caller.account) === true;
  const isManagement = caller.account === world.facts.managementAccount;
  const fits = callAs === 'SELF' ? isManagement : delegated;
  if (!fits)
    throw validationError(
      'You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set',
    );
  if (!isTrusted(world))
    throw validationError('You must enable organizations access to operate a service managed stack set');
};

/** A StackSet by name or id. @throws ServiceFault StackSetNotFoundException */
export const setNamed = (call: Call, wanted: string | undefined, callAs: CallAs | undefined): StackSet => {
  refuseStrangers(call, callAs);
  const name = (wanted ?? '').split(':')[0] ?? '';
  const found = setsOf(call.world, call.region).get(name);
  if (found === undefined || (wanted !== name && wanted !== found.id)) throw noSuchStackSet(wanted ?? '');
  return found;
};

/**
 * The check of an operation on a StackSet. A delegated administrator's own policies alone are asked, although the ARN is the
 * management account's: that it may is a rule of StackSets (`refuseStrangers`).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export const setCheck = (
  action: string,
  call: Call,
  asked: { readonly StackSetName?: string | undefined; readonly Regions?: readonly string[] | undefined },
): readonly Check[] => {
  const { world, region } = call;
  const { partition, managementAccount } = world.facts;
  const name = (asked.StackSetName ?? '').split(':')[0] ?? '';
  const id = setsOf(world, region).get(name)?.id ?? asked.StackSetName ?? '';
  const regions = asked.Regions ?? [];
  return [
    {
      action: `cloudformation:${action}`,
      resource: `arn:${partition}:cloudformation:${region}:${managementAccount}:stackset/${id}`,
      assumed: true,
      ...(regions.length === 0 ? {} : { context: { 'cloudformation:TargetRegion': regions } }),
    },
  ];
};
