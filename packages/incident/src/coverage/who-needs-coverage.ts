import type { CordonConfig } from '../config.ts';

/** An account as Organizations lists it. */
export interface SeenAccount {
  readonly id: string;
  readonly name: string;
  /** `Account.State`; absent where AWS tells none. */
  readonly state?: string;
  /** Organization, root and units above it, such as `o-abc/r-abc/ou-abc-def/`. */
  readonly path: string;
}

/** An account that nobody tries, and why. */
export interface LeftOut {
  readonly account: string;
  readonly because: string;
}

/** Accounts in which a response must work, and the others. */
export interface Needing {
  readonly needed: readonly SeenAccount[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Why an account is not tried, or undefined. An account that is about to be closed still runs; a suspended or closed one does not.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
 */
const whyLeftOut = (
  { id, state }: SeenAccount,
  { accounts, policy }: Pick<CordonConfig, 'accounts' | 'policy'>,
): string | undefined => {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
  if (id === accounts.management) return 'the management account: StackSets do not reach it';
  if (id === accounts.security) return 'the security account: nothing there is contained';
  if (id === accounts.evidence) return 'the evidence account: nothing there is contained';
  if (id === accounts.forensics) return 'the forensics account: nothing there is contained';
  if (policy.neverContainAccounts.some((named) => named === id)) return 'the policy never contains it';
  if (policy.excludeAccounts.some((excluded) => excluded === id)) return 'the policy excludes it';
  if (state !== undefined && state !== 'ACTIVE' && state !== 'PENDING_CLOSURE')
    return `its state is ${state}: nothing runs there`;
  return undefined;
};

/** Tells accounts in which a response must work from those that are left out, each with the reason. */
export const whoNeedsCoverage = (
  accounts: readonly SeenAccount[],
  config: Pick<CordonConfig, 'accounts' | 'policy'>,
): Needing => {
  const needed: SeenAccount[] = [];
  const leftOut: LeftOut[] = [];
  for (const account of accounts) {
    const because = whyLeftOut(account, config);
    if (because === undefined) needed.push(account);
    else leftOut.push({ account: account.id, because });
  }
  return { needed, leftOut };
};
