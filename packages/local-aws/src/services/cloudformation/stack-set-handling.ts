import type { ResolvedResource } from '@cordon/templates';
import type { Check, Deployment, ResourceHandling, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { setsOf } from './access.ts';
import { parametersOf, preferencesOf } from './resource-types.ts';
import { bringTo } from './stack-sets.ts';
import type { StackSet } from './state.ts';

const textOf = ({ properties }: ResolvedResource, name: string): string | undefined => {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
};

const named = (resource: ResolvedResource, { world, region }: Deployment): StackSet | undefined =>
  setsOf(world, region).get(textOf(resource, 'StackSetName') ?? '');

/**
 * What CloudFormation calls for the type, with the role that it acts as, so that control policies see that role. Reads are left out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 */
const CALLS = {
  create: ['CreateStackSet', 'CreateStackInstances'],
  update: ['UpdateStackSet'],
  remove: ['DeleteStackInstances', 'DeleteStackSet'],
} as const;

export const stackSetChecks: ResourceHandling['checks'] = (
  act,
  resource,
  { world, region },
): readonly Check[] => {
  const { partition, managementAccount } = world.facts;
  const name = textOf(resource, 'StackSetName') ?? '';
  const id = setsOf(world, region).get(name)?.id ?? `${name}:*`;
  return CALLS[act].map((action) => ({
    action: `cloudformation:${action}`,
    resource:
      action === 'CreateStackSet'
        ? '*'
        : `arn:${partition}:cloudformation:${region}:${managementAccount}:stackset/${id}`,
    assumed: true,
  }));
};

/** What an update brings to the StackSet and all its instances; another change makes or moves instances, which is not implemented. */
const CHANGEABLE = new Set(['Description', 'OperationPreferences', 'Parameters', 'TemplateBody']);

const update: ResourceHandling['update'] = (from, to, on) => {
  const names = new Set([...Object.keys(from.properties), ...Object.keys(to.properties)]);
  for (const name of names)
    if (
      !CHANGEABLE.has(name) &&
      JSON.stringify(from.properties[name]) !== JSON.stringify(to.properties[name])
    )
      throw new Error(
        `${to.type} ${to.logicalId}: a change of ${name} by an update is not implemented by the local organization`,
      );
  const set = named(to, on);
  if (set === undefined) throw new Error(`${to.type} ${to.logicalId}: its StackSet is gone`);
  const read = new ResourceProperties(to, Object.keys(to.properties));
  const description = textOf(to, 'Description');
  bringTo(on, set, {
    StackSetName: set.name,
    TemplateBody: read.requiredText('TemplateBody'),
    Capabilities: [...set.capabilities],
    Parameters: parametersOf(read),
    OperationPreferences: preferencesOf(read),
    ...(description === undefined ? {} : { Description: description }),
  });
  return { ref: set.id, attributes: { StackSetId: set.id } };
};

/** CloudFormation's own types, once they are made; `resource-removal.ts` takes them away. */
export const stackSetHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::CloudFormation::StackSet': {
    checks: stackSetChecks,
    update,
    drift: (resource, _created, on) => {
      const set = named(resource, on);
      if (set === undefined) return 'DELETED';
      return set.templateBody === textOf(resource, 'TemplateBody') ? 'IN_SYNC' : 'MODIFIED';
    },
  },
};
