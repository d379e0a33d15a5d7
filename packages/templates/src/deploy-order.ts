import { walk } from './expression.ts';
import { refuse } from './place.ts';
import type { ResourceDefinition } from './template.ts';

/**
 * Gives `resources` so that each comes after those it depends on: by DependsOn, or by naming them (`Ref`, `Fn::GetAtt`, `Fn::Sub`) in
 * its properties or metadata, either branch of an `Fn::If`. Otherwise the template's order is kept. References to what is not
 * among `resources` are left to evaluation. A circle throws a TemplateError that names it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
 */
export function deployOrder(
  resources: ReadonlyMap<string, ResourceDefinition>,
): readonly ResourceDefinition[] {
  const ordered = new Set<ResourceDefinition>();
  const underWay: string[] = [];
  const visit = (resource: ResourceDefinition): void => {
    if (ordered.has(resource)) return;
    const { logicalId, place } = resource;
    if (underWay.includes(logicalId)) {
      const circle = [...underWay.slice(underWay.indexOf(logicalId)), logicalId];
      refuse(place, `resources depend on each other: ${circle.join(' -> ')}; remove one of these references`);
    }
    underWay.push(logicalId);
    const needed = dependenciesOf(resource);
    for (const candidate of resources.values()) if (needed.has(candidate.logicalId)) visit(candidate);
    underWay.pop();
    ordered.add(resource);
  };
  for (const resource of resources.values()) visit(resource);
  return [...ordered];
}

/** A template that goes into thousands of places is walked once. */
const known = new WeakMap<ResourceDefinition, ReadonlySet<string>>();

function dependenciesOf(resource: ResourceDefinition): ReadonlySet<string> {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const names = new Set(resource.dependsOn);
  for (const expression of [resource.properties, resource.metadata]) {
    walk(expression, (found) => {
      if (found.kind === 'ref') names.add(found.name);
      if (found.kind === 'attribute') names.add(found.logicalId);
    });
  }
  known.set(resource, names);
  return names;
}
