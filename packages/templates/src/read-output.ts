import { inside, objectAt, onlyKeys, stringAt } from './place.ts';
import type { Place } from './place.ts';
import { readExpression } from './read-expression.ts';
import type { OutputDefinition } from './template.ts';

/**
 * Reads one entry of the Outputs section; an unknown member throws a TemplateError.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
 */
export function readOutput(name: string, json: unknown, place: Place): OutputDefinition {
  const output = objectAt(json, place);
  onlyKeys(output, ['Value', 'Description', 'Export', 'Condition'], place);
  const condition = output['Condition'];
  return {
    name,
    value: readExpression(output['Value'], inside(place, 'Value')),
    ...(output['Export'] === undefined
      ? {}
      : { exportName: readExport(output['Export'], inside(place, 'Export')) }),
    ...(condition === undefined ? {} : { condition: stringAt(condition, inside(place, 'Condition')) }),
    place,
  };
}

function readExport(json: unknown, place: Place): ReturnType<typeof readExpression> {
  const exported = objectAt(json, place);
  onlyKeys(exported, ['Name'], place);
  return readExpression(exported['Name'], inside(place, 'Name'));
}
