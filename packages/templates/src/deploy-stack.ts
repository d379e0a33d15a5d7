import { deployOrder } from './deploy-order.ts';
import { evaluateConditions } from './evaluate-conditions.ts';
import { evaluate, evaluateText } from './evaluate.ts';
import type { Scope, Value } from './evaluate.ts';
import { parameterValues } from './parameter-values.ts';
import { inside, isObject, refuse, show } from './place.ts';
import type { Place } from './place.ts';
import type {
  Created,
  ResolvedResource,
  Stack,
  StackEnvironment,
  StackResource,
} from './stack-environment.ts';
import type { ResourceDefinition, Template } from './template.ts';

/**
 * Deploys `template` into `environment`: calls `create` once for each resource whose condition holds, in the order of their
 * dependencies, with every property resolved. What `create` gives is what `Ref` and `Fn::GetAtt` give from then on.
 *
 * Throws a TemplateError for anything that cannot be resolved, and lets an error of `create` through; either way the resources
 * created before it stay created: there is no rollback.
 */
export function deployStack(
  template: Template,
  environment: StackEnvironment,
  create: (resource: ResolvedResource) => Created,
): Stack {
  const created = new Map<string, Created>();
  const early = {
    environment,
    parameters: parameterValues(template, environment),
    mappings: template.mappings,
    created: (logicalId: string, place: Place) => lookUp(template, created, { logicalId, place }),
  };
  const conditions = evaluateConditions(template, early);
  const holds = (name: string | undefined): boolean => name === undefined || conditions.get(name) === true;
  const scope: Scope = { ...early, condition: holds };

  const active = new Map([...template.resources].filter(([, resource]) => holds(resource.condition)));
  checkDependsOn(active);
  const resources: StackResource[] = [];
  for (const resource of deployOrder(active)) {
    const { logicalId, type, deletionPolicy } = resource;
    const made = create({
      logicalId,
      type,
      properties: resolveProperties(resource, scope),
      stackName: environment.stackName,
      ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    });
    created.set(logicalId, made);
    resources.push({ logicalId, type, ref: made.ref });
  }
  return { name: environment.stackName, resources, ...resolveOutputs(template, scope) };
}

interface Wanted {
  readonly logicalId: string;
  readonly place: Place;
}

function lookUp(
  template: Template,
  created: ReadonlyMap<string, Created>,
  wanted: Wanted,
): Created & { readonly type: string } {
  const made = created.get(wanted.logicalId);
  const definition = template.resources.get(wanted.logicalId);
  if (made !== undefined && definition !== undefined) return { ...made, type: definition.type };
  return refuse(
    wanted.place,
    `resource '${wanted.logicalId}' was not created, its condition '${definition?.condition ?? 'none'}' is false; guard the reference with Fn::If`,
  );
}

/** AWS does not document what such a dependency does, and AWS's own linter (cfn-lint E3005) calls it an error. */
function checkDependsOn(active: ReadonlyMap<string, ResourceDefinition>): void {
  for (const { dependsOn, place } of active.values()) {
    const missing = dependsOn.filter((target) => !active.has(target));
    if (missing.length > 0)
      refuse(place, `DependsOn names '${missing.join("', '")}', whose condition is false`);
  }
}

function resolveProperties(resource: ResourceDefinition, scope: Scope): Readonly<Record<string, unknown>> {
  const place = inside(resource.place, 'Properties');
  const properties = evaluate(resource.properties, scope);
  refuseDynamicReferences(properties, place);
  return isObject(properties) ? properties : refuse(place, `got ${show(properties)}, wanted an object`);
}

function resolveOutputs(template: Template, scope: Scope): Pick<Stack, 'outputs' | 'exports'> {
  const outputs = new Map<string, string>();
  const exports = new Map<string, string>();
  for (const { name, value, exportName, condition, place } of template.outputs.values()) {
    if (condition !== undefined && !scope.condition(condition, place)) continue;
    const text = evaluateText(value, scope, inside(place, 'Value'));
    refuseDynamicReferences(text, place);
    outputs.set(name, text);
    if (exportName === undefined) continue;
    const exported = evaluateText(exportName, scope, inside(place, 'Export'));
    if (exports.has(exported))
      refuse(place, `export '${exported}' is already the name of another output of this template`);
    exports.set(exported, text);
  }
  return { outputs: Object.fromEntries(outputs), exports: Object.fromEntries(exports) };
}

/**
 * CloudFormation replaces `{{resolve:...}}` when it deploys, wherever it stands; left alone it would pass for a plain value.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
function refuseDynamicReferences(value: Value | undefined, place: Place): void {
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    refuse(place, `dynamic reference in ${show(value)} is not supported; pass the value as a parameter`);
  }
  if (typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) refuseDynamicReferences(member, inside(place, key));
}
