import { arrayAt, inside, objectAt, onlyKeys, refuse, scalarAt, stringAt } from './place.ts';
import type { JsonObject, Place } from './place.ts';

/** A parameter as declared. `fromStore` says that its value is the name of an SSM parameter to read. */
export interface Parameter {
  readonly name: string;
  readonly shape: 'text' | 'number' | 'text-list' | 'number-list';
  readonly fromStore: boolean;
  readonly fallback?: string;
  readonly constraints: Constraints;
  readonly place: Place;
}

/** What CloudFormation checks on each value; lengths in characters. */
export interface Constraints {
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: RegExp;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

// The AWS-specific types (AWS::EC2::VPC::Id and so on) are left out: CloudFormation checks them against the account's resources.
const SHAPES: ReadonlyMap<string, Pick<Parameter, 'shape' | 'fromStore'>> = new Map([
  ['String', { shape: 'text', fromStore: false }],
  ['Number', { shape: 'number', fromStore: false }],
  ['CommaDelimitedList', { shape: 'text-list', fromStore: false }],
  ['List<Number>', { shape: 'number-list', fromStore: false }],
  ['AWS::SSM::Parameter::Value<String>', { shape: 'text', fromStore: true }],
  ['AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', { shape: 'text', fromStore: true }],
  ['AWS::SSM::Parameter::Value<List<String>>', { shape: 'text-list', fromStore: true }],
  ['AWS::SSM::Parameter::Value<CommaDelimitedList>', { shape: 'text-list', fromStore: true }],
]);

const FOR_TEXT = ['AllowedPattern', 'MinLength', 'MaxLength'];
const FOR_NUMBERS = ['MinValue', 'MaxValue'];
const CONSTRAINTS = ['AllowedValues', ...FOR_TEXT, ...FOR_NUMBERS];
const MEMBERS = ['Type', 'Default', 'Description', 'ConstraintDescription', 'NoEcho', ...CONSTRAINTS];

/**
 * Reads one entry of the Parameters section; an unknown type or member throws a TemplateError.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function readParameter(name: string, json: unknown, place: Place): Parameter {
  const declared = objectAt(json, place);
  onlyKeys(declared, MEMBERS, place);
  const type = stringAt(declared['Type'], inside(place, 'Type'));
  const shape = SHAPES.get(type);
  if (shape === undefined) {
    return refuse(
      place,
      `parameter type '${type}' is not supported; supported are ${[...SHAPES.keys()].join(', ')}`,
    );
  }
  // Whether a constraint speaks of the name or of the stored value is not something to guess.
  const constrained = CONSTRAINTS.filter((member) => member in declared);
  if (shape.fromStore && constrained.length > 0)
    refuse(place, `${constrained.join(', ')} is not supported with type '${type}'`);
  // On the other kind of value a bound would compare with NaN, and so never refuse.
  const numeric = shape.shape === 'number' || shape.shape === 'number-list';
  const unfit = constrained.filter((member) => (numeric ? FOR_TEXT : FOR_NUMBERS).includes(member));
  if (unfit.length > 0) refuse(place, `${unfit.join(', ')} does not apply to type '${type}'`);
  const fallback = declared['Default'];
  return {
    name,
    ...shape,
    ...(fallback === undefined ? {} : { fallback: scalarAt(fallback, inside(place, 'Default')) }),
    constraints: readConstraints(declared, place),
    place,
  };
}

function readConstraints(declared: JsonObject, place: Place): Constraints {
  const allowed = declared['AllowedValues'];
  const pattern = declared['AllowedPattern'];
  const valuesPlace = inside(place, 'AllowedValues');
  const limit = (member: string): number | undefined =>
    declared[member] === undefined ? undefined : numberAt(declared[member], inside(place, member));
  const [minLength, maxLength] = [limit('MinLength'), limit('MaxLength')];
  const [minValue, maxValue] = [limit('MinValue'), limit('MaxValue')];
  return {
    ...(allowed === undefined
      ? {}
      : { allowedValues: arrayAt(allowed, valuesPlace).map((value) => scalarAt(value, valuesPlace)) }),
    ...(pattern === undefined
      ? {}
      : { allowedPattern: readPattern(pattern, inside(place, 'AllowedPattern')) }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(minValue === undefined ? {} : { minValue }),
    ...(maxValue === undefined ? {} : { maxValue }),
  };
}

function readPattern(json: unknown, place: Place): RegExp {
  const text = stringAt(json, place);
  try {
    // The pattern must match the whole value, not a part of it.
    return new RegExp(`^(?:${text})$`, 'u');
  } catch (error) {
    return refuse(place, `'${text}' is not a regular expression that can be checked here: ${String(error)}`);
  }
}

function numberAt(json: unknown, place: Place): number {
  const text = scalarAt(json, place);
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value)
    ? refuse(place, `got '${text}', wanted a number`)
    : value;
}
