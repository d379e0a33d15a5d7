/** How an operator compares one request value with one policy value. */
export type Comparison =
  | { readonly kind: 'text'; readonly ignoreCase: boolean }
  | { readonly kind: 'pattern' }
  | { readonly kind: 'arn' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'ip-address' }
  | { readonly kind: 'number'; readonly order: Order }
  | { readonly kind: 'date'; readonly order: Order };

/** Where the request's value must stand to the policy's. */
export type Order = 'equal' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal';

/** One condition operator. */
export interface Operator {
  readonly comparison: Comparison;
  /** True for `...Not...`: true when no policy value matches, and when the key is absent. */
  readonly negated: boolean;
}

const ORDERS: readonly (readonly [suffix: string, order: Order])[] = [
  ['LessThan', 'less'],
  ['LessThanEquals', 'less-or-equal'],
  ['GreaterThan', 'greater'],
  ['GreaterThanEquals', 'greater-or-equal'],
];

function pair(
  positive: string,
  negative: string,
  comparison: Comparison,
): readonly (readonly [string, Operator])[] {
  return [
    [positive, { comparison, negated: false }],
    [negative, { comparison, negated: true }],
  ];
}

function ordered(
  prefix: 'Numeric' | 'Date',
  kind: 'number' | 'date',
): readonly (readonly [string, Operator])[] {
  return [
    ...pair(`${prefix}Equals`, `${prefix}NotEquals`, { kind, order: 'equal' }),
    ...ORDERS.map(
      ([suffix, order]) => [`${prefix}${suffix}`, { comparison: { kind, order }, negated: false }] as const,
    ),
  ];
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair('StringEquals', 'StringNotEquals', { kind: 'text', ignoreCase: false }),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', { kind: 'text', ignoreCase: true }),
  ...pair('StringLike', 'StringNotLike', { kind: 'pattern' }),
  ...ordered('Numeric', 'number'),
  ...ordered('Date', 'date'),
  ...pair('IpAddress', 'NotIpAddress', { kind: 'ip-address' }),
  ...pair('ArnEquals', 'ArnNotEquals', { kind: 'arn' }),
  ...pair('ArnLike', 'ArnNotLike', { kind: 'arn' }),
  ['Bool', { comparison: { kind: 'bool' }, negated: false }],
  ['BinaryEquals', { comparison: { kind: 'binary' }, negated: false }],
]);

/**
 * Finds an operator by its exact name, without `IfExists` and without a set operator. `Null` is not among them: it asks for a
 * key's presence, not for its value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function findOperator(name: string): Operator | undefined {
  return OPERATORS.get(name);
}
