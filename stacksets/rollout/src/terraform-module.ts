import { PRODUCT_TAG } from '@cordon/constructs';
import type { MemberTemplate } from './member-templates.ts';
import {
  AT_ONCE_PERCENT,
  leftOut,
  rolloutRegions,
  targetUnits,
  TOLERANCE_PERCENT,
  type RolloutProps,
} from './rollout-stack.ts';

/** A file of the module. */
export interface ModuleFile {
  readonly name: string;
  readonly text: string;
}

/** The file that Terraform reads; it takes the templates from beside itself. */
const MAIN = 'cordon-members.tf.json';

/** A Region of hundreds of accounts takes longer than the half hour that the provider waits by itself. */
const WAIT = '6h';

const SETS = 'aws_cloudformation_stack_set';
const INSTANCES = 'aws_cloudformation_stack_instances';

const variables = (config: RolloutProps['config']): object => {
  const units = targetUnits(config);
  return {
    target_units: {
      type: 'list(string)',
      description: 'Ids of the root or of organizational units whose accounts, now and later, get the roles',
      nullable: false,
      ...(units.length === 0 ? {} : { default: units }),
      validation: {
        condition: '${length(var.target_units) > 0}',
        error_message: 'Name one root or organizational unit at least.',
      },
    },
    tolerance_percent: {
      type: 'number',
      description: 'Of the accounts of a Region this part may fail before the rollout stops there',
      default: TOLERANCE_PERCENT,
    },
    at_once_percent: {
      type: 'number',
      description: 'Part of the accounts of a Region that is worked on at a time',
      default: AT_ONCE_PERCENT,
    },
  };
};

const preferences = (regions: readonly string[]): object => ({
  failure_tolerance_percentage: '${var.tolerance_percent}',
  max_concurrent_percentage: '${var.at_once_percent}',
  region_concurrency_type: 'SEQUENTIAL',
  region_order: regions,
});

const stackSet = (name: string, region: string, regions: readonly string[]): object => ({
  region,
  name,
  description: `Cordon: ${name}`,
  permission_model: 'SERVICE_MANAGED',
  call_as: 'DELEGATED_ADMIN',
  capabilities: ['CAPABILITY_NAMED_IAM'],
  template_body: `\${file("\${path.module}/${name}.template.json")}`,
  auto_deployment: { enabled: true, retain_stacks_on_account_removal: true },
  managed_execution: { active: true },
  operation_preferences: preferences(regions),
  tags: { [PRODUCT_TAG.key]: PRODUCT_TAG.value },
  timeouts: { update: WAIT },
  // AWS fills it in; releases of the provider before that of its pull request 45992 would take it out at each run.
  lifecycle: { ignore_changes: ['administration_role_arn'] },
});

/**
 * The rollout as a Terraform module, for who deploys by that: the same StackSets as `RolloutStack`'s, over the same templates, which lie
 * in the module's folder as files of their own. In Terraform's JSON syntax, so that a machine writes it and a test reads it.
 * https://developer.hashicorp.com/terraform/language/syntax/json
 *
 * @returns files of one folder
 */
export const terraformModule = ({ config, templates }: RolloutProps): readonly ModuleFile[] => {
  const { homeRegion } = config;
  const regionsOf = ({ placement }: MemberTemplate): readonly string[] =>
    placement === 'home' ? [homeRegion] : rolloutRegions(config);
  const instances = (template: MemberTemplate, before: string | undefined): object => ({
    region: homeRegion,
    stack_set_name: `\${${SETS}.${template.name}.name}`,
    call_as: 'DELEGATED_ADMIN',
    regions: regionsOf(template),
    deployment_targets: {
      organizational_unit_ids: '${var.target_units}',
      account_filter_type: 'DIFFERENCE',
      accounts: leftOut(config),
    },
    operation_preferences: {
      ...preferences(regionsOf(template)),
      concurrency_mode: 'SOFT_FAILURE_TOLERANCE',
    },
    timeouts: { create: WAIT, update: WAIT, delete: WAIT },
    ...(before === undefined ? {} : { depends_on: [`${INSTANCES}.${before}`] }),
  });
  const main = {
    '//': 'Written by the synthesis of stacksets/rollout; change cordon.config.ts instead. docs/terraform.md is its contract.',
    terraform: {
      required_version: '>= 1.5',
      // Since 6.0 a resource says its Region: StackSets are seen in the Region alone that they were made in.
      // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade
      required_providers: { aws: { source: 'hashicorp/aws', version: '>= 6.0' } },
    },
    variable: variables(config),
    resource: {
      [SETS]: Object.fromEntries(
        templates.map((template) => [
          template.name,
          stackSet(template.name, homeRegion, regionsOf(template)),
        ]),
      ),
      [INSTANCES]: Object.fromEntries(
        templates.map((template, at) => [template.name, instances(template, templates[at - 1]?.name)]),
      ),
    },
  };
  return [
    { name: MAIN, text: `${JSON.stringify(main, null, 2)}\n` },
    ...templates.map(({ name, body }) => ({ name: `${name}.template.json`, text: body })),
  ];
};
