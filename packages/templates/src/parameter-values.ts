import type { Parameter } from './parameter.ts';
import { refuse } from './place.ts';
import type { StackEnvironment } from './stack-environment.ts';
import type { Template } from './template.ts';

/** What `Ref` gives for a parameter: a list for the list types, else text (numbers too). */
export type ParameterValue = string | readonly string[];

/**
 * Settles the value of every parameter of `template`: the given one, else its Default; SSM parameter types are looked up.
 * Throws a TemplateError for a parameter without a value, for a value that breaks a constraint, for a given parameter that
 * the template does not declare, and for an SSM parameter when the environment cannot look it up.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValues(
  template: Template,
  environment: StackEnvironment,
): ReadonlyMap<string, ParameterValue> {
  for (const name of Object.keys(environment.parameters)) {
    if (template.parameters.has(name)) continue;
    refuse(
      { template: template.name, at: 'Parameters' },
      `parameter '${name}' was given but is not declared; remove it or correct its name`,
    );
  }
  const values = new Map<string, ParameterValue>();
  for (const parameter of template.parameters.values())
    values.set(parameter.name, valueOf(parameter, environment));
  return values;
}

function valueOf(parameter: Parameter, environment: StackEnvironment): ParameterValue {
  const given = Object.hasOwn(environment.parameters, parameter.name)
    ? environment.parameters[parameter.name]
    : undefined;
  const text = given ?? parameter.fallback;
  if (text === undefined) {
    return refuse(
      parameter.place,
      'has no Default and no value was given; give one in environment.parameters',
    );
  }
  const settled = parameter.fromStore ? lookUp(parameter, text, environment) : text;
  switch (parameter.shape) {
    case 'text':
    case 'number':
      check(parameter, settled);
      return settled;
    case 'text-list':
    case 'number-list': {
      // CloudFormation trims the white space around each item.
      const items = settled.split(',').map((item) => item.trim());
      for (const item of items) check(parameter, item);
      return items;
    }
  }
}

function lookUp(parameter: Parameter, name: string, environment: StackEnvironment): string {
  if (environment.ssmParameters === undefined) {
    return refuse(
      parameter.place,
      `needs SSM parameter '${name}', but environment.ssmParameters was not given`,
    );
  }
  return environment.ssmParameters(name);
}

function check(parameter: Parameter, value: string): void {
  const { allowedValues, allowedPattern, minLength, maxLength, minValue, maxValue } = parameter.constraints;
  const wrong = (wanted: string): never => refuse(parameter.place, `got '${value}', wanted ${wanted}`);
  const numeric = parameter.shape === 'number' || parameter.shape === 'number-list';
  if (numeric && (value.trim() === '' || !Number.isFinite(Number(value)))) wrong('a number');
  if (allowedValues !== undefined && !allowedValues.includes(value))
    wrong(`one of ${allowedValues.join(', ')}`);
  if (allowedPattern !== undefined && !allowedPattern.test(value))
    wrong(`a match of ${allowedPattern.source}`);
  if (minLength !== undefined && value.length < minLength) wrong(`at least ${minLength} characters`);
  if (maxLength !== undefined && value.length > maxLength) wrong(`at most ${maxLength} characters`);
  if (minValue !== undefined && Number(value) < minValue) wrong(`at least ${minValue}`);
  if (maxValue !== undefined && Number(value) > maxValue) wrong(`at most ${maxValue}`);
}
