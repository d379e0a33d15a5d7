import {
  deployStack,
  notYetMade,
  type Created,
  type ResolvedResource,
  type Template,
} from '@cordon/templates';
import type { ResourceImport, StackRequest } from './core/operation.ts';
import { deploymentOf, environmentOf, type DeployStage } from './deploy-template.ts';

const importOf = ({ services }: DeployStage, type: string): ResourceImport | undefined =>
  services.map(({ resourceImports }) => resourceImports?.[type]).find((one) => one !== undefined);

/** Whether a template writes a property out: names that functions give are not read. */
const isWritten = (template: Template, { logicalId }: ResolvedResource, property: string): boolean => {
  const properties = template.resources.get(logicalId)?.properties;
  return properties?.kind === 'object' && properties.members.get(property)?.kind === 'literal';
};

/** Policies without which nothing is taken in by itself. */
const KEEPS = new Set(['Retain', 'RetainExceptOnCreate']);

/**
 * What a template names that is there already: of a type whose primary identifier the template gives, written out, with a policy that retains it. That it
 * belongs to no other stack is for who knows the stacks.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export const existingOf = (
  stage: DeployStage,
  request: Omit<StackRequest, 'actsAs' | 'imported'>,
): ReadonlyMap<string, Created> => {
  const deployment = deploymentOf(stage, request);
  const found = new Map<string, Created>();
  deployStack(request.template, environmentOf(stage, request), (resource) => {
    const importing = importOf(stage, resource.type);
    const name = importing === undefined ? undefined : resource.properties[importing.identifier];
    const there =
      importing !== undefined &&
      typeof name === 'string' &&
      KEEPS.has(resource.deletionPolicy ?? '') &&
      isWritten(request.template, resource, importing.identifier)
        ? importing.find(name, deployment)
        : undefined;
    if (there !== undefined) found.set(resource.logicalId, there);
    return there ?? notYetMade(resource.logicalId);
  });
  return found;
};
