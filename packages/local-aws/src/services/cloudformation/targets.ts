import type { DeploymentTargets } from '@aws-sdk/client-cloudformation';
import type { World } from '../../core/world.ts';
import { unimplemented } from '../accept-members.ts';
import { nodesOf } from '../organizations/tree.ts';
import { validationError } from './faults.ts';

/** An account, and the unit by whose targeting it was found. */
export interface TargetAccount {
  readonly account: string;
  readonly unitId: string;
}

/** Members of a list of targets that is read here. */
const KNOWN = new Set(['AccountFilterType', 'Accounts', 'OrganizationalUnitIds']);

/**
 * The accounts in and below a unit or the root, but for the management account, which no StackSet deploys to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
 */
const accountsBelow = (world: World, unitId: string): readonly string[] | undefined => {
  const node = nodesOf(world).get(unitId);
  if (node === undefined) return undefined;
  return [...world.accounts.values()]
    .filter(({ id, path }) => path.startsWith(node.path) && id !== world.facts.managementAccount)
    .map(({ id }) => id);
};

/** Refuses targets that no operation takes. @throws ServiceFault ValidationError or UnsupportedOperation */
const checked = (targets: DeploymentTargets | undefined, operation: string): DeploymentTargets => {
  if (targets === undefined)
    throw validationError('DeploymentTargets is required for service-managed StackSets');
  for (const [member, value] of Object.entries(targets))
    if (value !== undefined && !KNOWN.has(member))
      throw unimplemented(`DeploymentTargets.${member}`, operation);
  return targets;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html (AccountFilterType) */
const passes = ({ AccountFilterType: filter = 'NONE', Accounts: named = [] }: DeploymentTargets) => {
  if ((filter === 'NONE') !== (named.length === 0))
    throw validationError(
      'Accounts is for an AccountFilterType of INTERSECTION, DIFFERENCE or UNION, and must be given with it',
    );
  const set = new Set(named);
  if (filter === 'INTERSECTION') return (account: string) => set.has(account);
  if (filter === 'DIFFERENCE') return (account: string) => !set.has(account);
  return () => true;
};

/**
 * The accounts that an operation is for, each once, by the first unit that has it.
 *
 * @throws ServiceFault ValidationError for a unit or an account that is not there
 */
export const targetAccounts = (
  world: World,
  asked: DeploymentTargets | undefined,
  operation: string,
): { readonly unitIds: readonly string[]; readonly accounts: readonly TargetAccount[] } => {
  const targets = checked(asked, operation);
  const unitIds = [...new Set(targets.OrganizationalUnitIds ?? [])];
  if (unitIds.length === 0)
    throw validationError('DeploymentTargets must name at least one OrganizationalUnitId');
  const isWanted = passes(targets);
  const found = new Map<string, TargetAccount>();
  for (const unitId of unitIds) {
    const accounts = accountsBelow(world, unitId);
    if (accounts === undefined)
      throw validationError(`OrganizationalUnitId ${unitId} does not exist in the organization`);
    for (const account of accounts)
      if (isWanted(account) && !found.has(account)) found.set(account, { account, unitId });
  }
  if (targets.AccountFilterType === 'UNION') {
    for (const account of targets.Accounts ?? []) {
      if (!world.accounts.has(account))
        throw validationError(`account ${account} is not in the organization`);
      if (account !== world.facts.managementAccount && !found.has(account))
        found.set(account, { account, unitId: world.accounts.get(account)?.path.split('/').at(-2) ?? '' });
    }
  }
  return { unitIds, accounts: [...found.values()] };
};
