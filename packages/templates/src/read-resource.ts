import { inside, objectAt, onlyKeys, optionalObjectAt, refuse, show, stringAt } from './place.ts';
import type { Place } from './place.ts';
import { intrinsicName, readExpression } from './read-expression.ts';
import type { ResourceDefinition } from './template.ts';

const ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];
const POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
const TYPE = /^[A-Za-z0-9]+(?:::[A-Za-z0-9_@-]+)+$/;

// A nested stack's template is elsewhere, and a macro rewrites the template: neither can be judged from this file.
const REFUSED_TYPES: readonly string[] = ['AWS::CloudFormation::Stack', 'AWS::CloudFormation::Macro'];

/**
 * Reads one entry of the Resources section. An attribute that is not supported (CreationPolicy and UpdatePolicy among them),
 * a nested stack and a macro throw a TemplateError.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html
 */
export function readResource(logicalId: string, json: unknown, place: Place): ResourceDefinition {
  const resource = objectAt(json, place);
  onlyKeys(resource, ATTRIBUTES, place);
  const type = stringAt(resource['Type'], inside(place, 'Type'));
  if (!TYPE.test(type)) refuse(inside(place, 'Type'), `got '${type}', wanted a type such as AWS::S3::Bucket`);
  if (REFUSED_TYPES.includes(type))
    refuse(inside(place, 'Type'), `'${type}' is not supported; deploy its template by itself`);
  const condition = resource['Condition'];
  const deletionPolicy = readPolicy(resource['DeletionPolicy'], inside(place, 'DeletionPolicy'));
  readPolicy(resource['UpdateReplacePolicy'], inside(place, 'UpdateReplacePolicy'));
  const properties = optionalObjectAt(resource['Properties'], inside(place, 'Properties'));
  if (intrinsicName(properties, inside(place, 'Properties')) !== undefined) {
    refuse(
      inside(place, 'Properties'),
      'the properties as a whole cannot be a function; wanted named properties',
    );
  }
  return {
    logicalId,
    type,
    properties: readExpression(properties, inside(place, 'Properties')),
    metadata: readExpression(
      optionalObjectAt(resource['Metadata'], inside(place, 'Metadata')),
      inside(place, 'Metadata'),
    ),
    dependsOn: readDependsOn(resource['DependsOn'], inside(place, 'DependsOn')),
    ...(condition === undefined ? {} : { condition: stringAt(condition, inside(place, 'Condition')) }),
    ...(deletionPolicy === undefined ? {} : { deletionPolicy }),
    place,
  };
}

function readPolicy(json: unknown, place: Place): string | undefined {
  if (json === undefined) return undefined;
  if (typeof json === 'string' && POLICIES.includes(json)) return json;
  return refuse(place, `got ${show(json)}, wanted one of ${POLICIES.join(', ')}`);
}

function readDependsOn(json: unknown, place: Place): readonly string[] {
  if (json === undefined) return [];
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.map((item: unknown, index) => stringAt(item, inside(place, index)));
  return refuse(place, `got ${show(json)}, wanted a logical id or a list of them`);
}
