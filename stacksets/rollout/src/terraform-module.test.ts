import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { memberTemplates, type MemberTemplate } from './member-templates.ts';
import { RolloutStack, type RolloutProps } from './rollout-stack.ts';
import { terraformModule } from './terraform-module.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-terraform-'));
afterAll(() => rmSync(work, { recursive: true }));

const built = memberTemplates(join(import.meta.dirname, '../../member-account/cdk.out'));
const home: MemberTemplate = { name: 'CordonSourceReading', placement: 'home', body: '{"Resources":{}}' };
const ROLLOUTS: readonly (readonly [string, RolloutProps])[] = [
  ['as it ships', { config, templates: built }],
  [
    'with a template of the home Region alone',
    { config, templates: [...built.filter(({ name }) => name !== home.name), home] },
  ],
  [
    'of units',
    {
      config: { ...config, guardrails: { ...config.guardrails, targets: ['ou-ab12-11111111'] } },
      templates: built,
    },
  ],
];

interface Main {
  readonly variable: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

const mainOf = (rollout: RolloutProps): Main => {
  const [main] = terraformModule(rollout);
  return JSON.parse(main?.text ?? '');
};

/** What Terraform would make of a text with `${...}`, as far as this module has such. */
const evaluate = (rollout: RolloutProps, value: unknown): unknown => {
  const { variable } = mainOf(rollout);
  const files = new Map(terraformModule(rollout).map(({ name, text }) => [name, text]));
  if (Array.isArray(value)) return value.map((item) => evaluate(rollout, item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(rollout, item)]));
  if (typeof value !== 'string' || !value.includes('${')) return value;
  const [, name] = /^\$\{var\.([a-z_]+)\}$/.exec(value) ?? [];
  if (name !== undefined) return variable[name]?.['default'];
  const [, file] = /^\$\{file\("\$\{path\.module\}\/([A-Za-z.]+)"\)\}$/.exec(value) ?? [];
  if (file !== undefined) return files.get(file);
  const [, set] = /^\$\{aws_cloudformation_stack_set\.([A-Za-z]+)\.name\}$/.exec(value) ?? [];
  if (set !== undefined) return mainOf(rollout).resource['aws_cloudformation_stack_set']?.[set]?.['name'];
  throw new Error(`what would Terraform make of ${value}?`);
};

/** The StackSets of `RolloutStack`, with its parameters as they are by default, in the provider's words. */
const stackSets = (rollout: RolloutProps): readonly Record<string, unknown>[] => {
  const template = Template.fromStack(
    new RolloutStack(makeApp({ outdir: join(work, 'app'), delivery: 'account' }), 'CordonRollout', rollout),
  );
  const parameters: Readonly<Record<string, { readonly Default?: unknown }>> =
    template.toJSON()['Parameters'];
  const given = (value: unknown): unknown =>
    parameters[Object(value).Ref] === undefined ? value : parameters[Object(value).Ref]?.Default;
  return Object.values(template.findResources('AWS::CloudFormation::StackSet')).map(({ Properties: set }) => {
    const [group] = set.StackInstancesGroup;
    const { OperationPreferences: how } = set;
    return {
      name: set.StackSetName,
      description: set.Description,
      permission_model: set.PermissionModel,
      call_as: set.CallAs,
      capabilities: set.Capabilities,
      template_body: set.TemplateBody,
      auto_deployment: {
        enabled: set.AutoDeployment.Enabled,
        retain_stacks_on_account_removal: set.AutoDeployment.RetainStacksOnAccountRemoval,
      },
      managed_execution: { active: set.ManagedExecution.Active },
      tags: Object.fromEntries(set.Tags.map(({ Key, Value }: Record<string, string>) => [Key, Value])),
      regions: group.Regions,
      deployment_targets: {
        organizational_unit_ids: String(given(group.DeploymentTargets.OrganizationalUnitIds)).split(','),
        account_filter_type: group.DeploymentTargets.AccountFilterType,
        accounts: group.DeploymentTargets.Accounts,
      },
      operation_preferences: {
        failure_tolerance_percentage: given(how.FailureTolerancePercentage),
        max_concurrent_percentage: given(how.MaxConcurrentPercentage),
        region_concurrency_type: how.RegionConcurrencyType,
        region_order: how.RegionOrder,
        concurrency_mode: how.ConcurrencyMode,
      },
    };
  });
};

describe('the Terraform module of the rollout', () => {
  it.each(ROLLOUTS)('deploys what CordonRollout does: %s', (_, rollout) => {
    const { resource } = mainOf(rollout);
    const sets = Object.entries(resource['aws_cloudformation_stack_set'] ?? {});
    const merged = sets.map(([label, set]) => {
      const { region, lifecycle, timeouts, operation_preferences, ...rest } = set;
      const instances = resource['aws_cloudformation_stack_instances']?.[label] ?? {};
      const { stack_set_name, region: at, timeouts: waits, depends_on: _later, ...where } = instances;
      expect([region, at]).toEqual([config.homeRegion, config.homeRegion]);
      expect(lifecycle).toEqual({ ignore_changes: ['administration_role_arn'] });
      expect(timeouts).toBeDefined();
      expect(waits).toBeDefined();
      expect(evaluate(rollout, stack_set_name)).toBe(rest['name']);
      // An update of the set goes by the same order and bounds; the provider has no concurrency mode there.
      expect(where['operation_preferences']).toEqual({
        ...Object(operation_preferences),
        concurrency_mode: 'SOFT_FAILURE_TOLERANCE',
      });
      return evaluate(rollout, { ...rest, ...where });
    });
    expect(merged).toEqual(stackSets(rollout));
  });

  it('deploys each template after the one before it', () => {
    const [, [, rollout]] = ROLLOUTS as [unknown, (typeof ROLLOUTS)[number]];
    const instances = mainOf(rollout).resource['aws_cloudformation_stack_instances'] ?? {};
    const labels = Object.keys(instances);
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.map((label) => instances[label]?.['depends_on'])).toEqual([
      undefined,
      ...labels.slice(0, -1).map((label) => [`aws_cloudformation_stack_instances.${label}`]),
    ]);
  });

  it('lies beside its templates, as they were synthesized', () => {
    expect(terraformModule({ config, templates: built }).slice(1)).toEqual(
      built.map(({ name, body }) => ({ name: `${name}.template.json`, text: body })),
    );
  });

  it('wants its units named where the configuration names none, and never none', () => {
    const { guardrails } = config;
    const none = mainOf({
      config: { ...config, guardrails: { ...guardrails, targets: [] } },
      templates: built,
    });
    expect(Object.keys(none.variable['target_units'] ?? {})).not.toContain('default');
    expect(none.variable['target_units']).toMatchObject({
      nullable: false,
      validation: { condition: '${length(var.target_units) > 0}' },
    });
  });

  it('is refused in China, as the stack is', () => {
    const away = { ...config, homeRegion: 'cn-north-1', regions: ['cn-north-1'] };
    expect(() => terraformModule({ config: away, templates: built })).toThrow(/no service-managed StackSets/);
  });
});
