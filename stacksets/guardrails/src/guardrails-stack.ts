import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import type { CordonConfig } from '@cordon/incident';
import { deploymentAccount } from '@cordon/incident/deployment';
import { evidenceGuardrail } from './evidence-guardrail.ts';
import { forensicsGuardrail } from './forensics-guardrail.ts';
import { memberGuardrail } from './member-guardrail.ts';
import { ownAccountGuardrail } from './own-account-guardrail.ts';
import { ownAccounts } from './principals.ts';
import { dutyRolesGuardrail, evidenceResourcesGuardrail } from './resource-guardrails.ts';
import { stackSetRolesGuardrail, stackSetsGuardrail } from './stack-sets-guardrail.ts';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const MOST_CHARACTERS = 5_120;

/** One control policy and where it is attached: ids of the root, of organizational units or of accounts. */
export interface Guardrail {
  readonly name: string;
  readonly description: string;
  readonly type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';
  readonly targets: readonly string[];
  readonly content: object;
}

/** The control policies of a deployment. */
export const guardrails = (config: CordonConfig): readonly Guardrail[] => {
  const { accounts, guardrails: chosen } = config;
  const own = ownAccounts(config);
  const rollout = deploymentAccount(config);
  // The other policies let our roles, break-glass and StackSets' role through: these two must reach the accounts of those even where no target covers them.
  const everywhere = [...new Set([...chosen.targets, ...own, rollout])];
  return [
    {
      name: 'cordon-members',
      description: 'Cordon: its roles and tags, contained instances and their snapshots',
      type: 'SERVICE_CONTROL_POLICY',
      targets: everywhere,
      content: memberGuardrail(config),
    },
    {
      name: 'cordon-own-accounts',
      description:
        'Cordon: functions, workflow and tables change by deployment alone; people decide by one door',
      type: 'SERVICE_CONTROL_POLICY',
      targets: own,
      content: ownAccountGuardrail(config),
    },
    {
      name: 'cordon-stack-sets',
      description: 'Cordon: StackSets are written by one role, CDK and break-glass',
      type: 'SERVICE_CONTROL_POLICY',
      targets: [rollout],
      content: stackSetsGuardrail(config),
    },
    {
      name: 'cordon-evidence',
      description: 'Cordon: no copy of evidence ends, is unlocked or is published, and no read stays unknown',
      type: 'SERVICE_CONTROL_POLICY',
      targets: [accounts.evidence],
      content: evidenceGuardrail(config),
    },
    {
      name: 'cordon-forensics',
      description: 'Cordon: recordings of sessions are written by machines alone, and stay',
      type: 'SERVICE_CONTROL_POLICY',
      targets: [accounts.forensics],
      content: forensicsGuardrail(config),
    },
    {
      name: 'cordon-duty-roles',
      description: 'Cordon: its roles are taken by its functions alone',
      type: 'RESOURCE_CONTROL_POLICY',
      targets: everywhere,
      content: dutyRolesGuardrail(config),
    },
    {
      name: 'cordon-stack-set-roles',
      description: 'Cordon: who writes StackSets is taken with MFA, and CDK by them alone',
      type: 'RESOURCE_CONTROL_POLICY',
      targets: [rollout],
      content: stackSetRolesGuardrail(config),
    },
    {
      name: 'cordon-evidence-resources',
      description: 'Cordon: vault and keys of the evidence account',
      type: 'RESOURCE_CONTROL_POLICY',
      targets: [accounts.evidence],
      content: evidenceResourcesGuardrail(config),
    },
  ];
};

/**
 * The guardrails as one template for the management account, or for the delegated administrator of policies. Where the
 * configuration names no target, they are attached to the product's own accounts alone: somebody attaches them to members.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
 */
export class GuardrailsStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, {
      description: 'Cordon: guardrails of the organization (service and resource control policies)',
    });
    for (const { name, description, type, targets, content } of guardrails(config)) {
      const { length } = JSON.stringify(content);
      if (length > MOST_CHARACTERS)
        throw new Error(
          `${name} has ${length} characters, and Organizations takes ${MOST_CHARACTERS}: name fewer people, or shorter roles, in cordon.config.ts`,
        );
      new CfnPolicy(this, name, {
        name,
        description,
        type,
        content,
        targetIds: [...targets],
      });
    }
  }
}
