import * as z from 'zod';
import { BREAK_GLASS_ROLE_NAME } from '../contract.ts';
import { accountId } from '../ids.ts';

/** Roles of others: ours, AWS's own, StackSets', those of CDK's bootstrap and break-glass have a place of their own in the guardrails. */
const OTHERS = `cordon/|aws-service-role/|aws-reserved/(?!sso\\.amazonaws\\.com/)|cdk-|stacksets-exec-|${BREAK_GLASS_ROLE_NAME}$`;

/** A role by its path and name, without the first slash: one role, no pattern. */
const roleName = z
  .string()
  .max(512)
  .regex(new RegExp(`^(?!${OTHERS})(?:[\\w+=,.@-]+/)*[\\w+=,.@-]{1,64}$`), {
    message:
      'want one role of the rollout account by its path and name, such as people/stack-set-administrator, without an asterisk; not one of Cordon, AWS, CDK or break-glass',
  });

/** How members get their roles. */
export const rolloutSettings = z.strictObject({
  /** The account that StackSets are delegated to; the security account when left out. */
  account: accountId.optional(),
  /**
   * The one role of that account, by path and name, that guardrails leave StackSet power to, and CDK's roles there. It is taken from another
   * account with MFA, or is a role of Identity Center (`aws-reserved/sso.amazonaws.com/...`), whose setting answers for MFA. Break-glass alone when left out.
   */
  administrator: roleName.optional(),
});

interface Chosen {
  readonly accounts: Readonly<Record<'management' | 'evidence' | 'forensics', string>>;
  readonly rollout?: z.infer<typeof rolloutSettings> | undefined;
}

/** Whether Identity Center makes the role: its sessions carry no MFA, and nobody in the account changes it. */
export const isOfIdentityCenter = (roleName: string): boolean =>
  roleName.startsWith('aws-reserved/sso.amazonaws.com/');

/** Why StackSets must not be administered from the chosen account; undefined where they may. */
export const rolloutProblem = ({ accounts, rollout }: Chosen): string | undefined => {
  switch (rollout?.account) {
    case undefined:
      return undefined;
    case accounts.management:
      return 'rollout.account is the management account, which no SCP binds: nothing would keep StackSets there to one role; delegate them to the security account (leave rollout.account out) or to an account of their own';
    case accounts.evidence:
    case accounts.forensics:
      return `rollout.account is the ${rollout?.account === accounts.evidence ? 'evidence' : 'forensics'} account, which must not reach members; delegate StackSets to the security account (leave rollout.account out) or to an account of their own`;
    default:
      return undefined;
  }
};
