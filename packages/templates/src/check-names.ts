import { comparedExpressions, namedConditions } from './condition.ts';
import { walk } from './expression.ts';
import type { Expression } from './expression.ts';
import { refuse } from './place.ts';
import type { Place } from './place.ts';
import { isPseudoParameter } from './pseudo-parameter.ts';
import type { Template } from './template.ts';

/**
 * Throws a TemplateError unless every name that `template` uses is declared in it: parameters, resources, mappings and
 * conditions, those in branches that a deployment might not take included. Whether a resource has the attribute that
 * `Fn::GetAtt` names is known only when it is created.
 */
export function checkNames(template: Template): void {
  for (const name of template.parameters.keys()) {
    if (!template.resources.has(name)) continue;
    refuse(
      { template: template.name, at: `Parameters.${name}` },
      'a resource has the same name, so Ref could mean either',
    );
  }
  for (const condition of template.conditions.values()) {
    for (const { name, place } of namedConditions(condition)) checkCondition(template, name, place);
    for (const expression of comparedExpressions(condition)) checkSettledEarly(template, expression);
  }
  for (const resource of template.resources.values()) {
    checkExpression(template, resource.properties);
    checkExpression(template, resource.metadata);
    checkCondition(template, resource.condition, resource.place);
    for (const target of resource.dependsOn) {
      if (!template.resources.has(target))
        refuse(resource.place, `DependsOn names '${target}', which is not a resource here`);
    }
  }
  for (const output of template.outputs.values()) {
    checkExpression(template, output.value);
    checkCondition(template, output.condition, output.place);
    if (output.exportName !== undefined) checkSettledEarly(template, output.exportName);
  }
}

function checkCondition(template: Template, name: string | undefined, place: Place): void {
  if (name === undefined || template.conditions.has(name)) return;
  refuse(place, `condition '${name}' is not declared in the Conditions section`);
}

function checkExpression(template: Template, expression: Expression): void {
  walk(expression, (found) => {
    if (found.kind === 'ref') checkRef(template, found.name, found.place);
    if (found.kind === 'if') checkCondition(template, found.condition, found.place);
    if (found.kind === 'import-value') checkSettledEarly(template, found.name);
    if (found.kind === 'attribute' && !template.resources.has(found.logicalId)) {
      refuse(
        found.place,
        `attribute '${found.attribute}' of '${found.logicalId}', which is not a resource here`,
      );
    }
  });
}

function checkRef(template: Template, name: string, place: Place): void {
  if (template.parameters.has(name) || template.resources.has(name) || isPseudoParameter(name)) return;
  refuse(place, `'${name}' is neither a parameter, a resource nor a supported pseudo parameter`);
}

/** Conditions, export names and import names are settled before any resource exists, so they may not name one. */
function checkSettledEarly(template: Template, expression: Expression): void {
  checkExpression(template, expression);
  walk(expression, (found) => {
    if (found.kind !== 'ref' && found.kind !== 'attribute') return;
    const name = found.kind === 'ref' ? found.name : found.logicalId;
    if (!template.resources.has(name)) return;
    refuse(
      found.place,
      `resource '${name}' cannot be used in a condition, an export name or Fn::ImportValue`,
    );
  });
}
