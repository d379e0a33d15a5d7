import { ServiceFault } from '../../core/fault.ts';

/** A number as DynamoDB keeps it: `coefficient` times ten to the power `exponent`, without trailing zeros. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number */
const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationException', message);

const normalized = (coefficient: bigint, exponent: number): Decimal => {
  if (coefficient === 0n) return { coefficient: 0n, exponent: 0 };
  let rest = coefficient;
  let power = exponent;
  while (rest % 10n === 0n) {
    rest /= 10n;
    power += 1;
  }
  return { coefficient: rest, exponent: power };
};

const digitsOf = ({ coefficient }: Decimal): string =>
  (coefficient < 0n ? -coefficient : coefficient).toString();

const inRange = (decimal: Decimal): Decimal => {
  const digits = digitsOf(decimal);
  if (digits.length > MAX_DIGITS)
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  const magnitude = digits.length - 1 + decimal.exponent;
  if (decimal.coefficient === 0n) return decimal;
  if (magnitude > MAX_MAGNITUDE)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < MIN_MAGNITUDE)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  return decimal;
};

const parse = (text: string): Decimal => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (whole + fraction === '') throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  const magnitude = BigInt(whole + fraction);
  return inRange(normalized(sign === '-' ? -magnitude : magnitude, Number(power) - fraction.length));
};

const print = (decimal: Decimal): string => {
  const sign = decimal.coefficient < 0n ? '-' : '';
  const digits = digitsOf(decimal);
  if (decimal.exponent >= 0) return `${sign}${digits}${'0'.repeat(decimal.exponent)}`;
  const padded = digits.padStart(1 - decimal.exponent, '0');
  const point = padded.length + decimal.exponent;
  return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
};

const aligned = (
  left: Decimal,
  right: Decimal,
): { readonly a: bigint; readonly b: bigint; readonly exponent: number } => {
  const exponent = Math.min(left.exponent, right.exponent);
  return {
    a: left.coefficient * 10n ** BigInt(left.exponent - exponent),
    b: right.coefficient * 10n ** BigInt(right.exponent - exponent),
    exponent,
  };
};

/**
 * A number in the one notation that equal numbers share (plain digits, no trailing zeros), so that text equality is
 * numeric equality.
 *
 * @throws ServiceFault ValidationException: no number, over 38 digits, or outside DynamoDB's range
 */
export const canonicalNumber = (text: string): string => print(parse(text));

/** Negative, zero or positive as `left` is below, equal to or above `right`. */
export const compareNumbers = (left: string, right: string): number => {
  const { a, b } = aligned(parse(left), parse(right));
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The exact sum (or difference) of two numbers. @throws ServiceFault ValidationException when it leaves DynamoDB's range */
export const addNumbers = (left: string, right: string, sign: '+' | '-' = '+'): string => {
  const { a, b, exponent } = aligned(parse(left), parse(right));
  return print(inRange(normalized(sign === '+' ? a + b : a - b, exponent)));
};
