import type { Place } from '../policy/json.ts';
import { refusal, shown } from '../policy/json.ts';
import { compileGlob, globMatches } from '../match/glob.ts';
import { compileArnTest } from '../match/match-arn.ts';
import { literalTemplate, parseTemplate, resolveText, resolveTokens } from '../match/variables.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import { parseDate } from './date.ts';
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts';
import { parseNumber } from './numeric.ts';
import type { Comparison, Order } from './operators.ts';

/** Tests one request value against one policy value. */
export type ValueTest = (value: string, keys: RequestKeys) => boolean;

/** What a policy value is compiled with. */
export interface ValueSetting {
  readonly comparison: Comparison;
  /** False in a 2008-10-17 document. */
  readonly allowVariables: boolean;
  readonly place: Place;
}

/**
 * Compiles one value of a condition. Throws PolicyError when the value is not of the operator's type: AWS would store it and
 * never match it. Policy variables work under string, ARN and Bool operators only.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function compileValue(text: string, setting: ValueSetting): ValueTest {
  const { comparison, place } = setting;
  switch (comparison.kind) {
    case 'text':
      return textTest(text, setting, comparison.ignoreCase);
    case 'pattern':
      return patternTest(text, setting);
    case 'arn':
      return compileArnTest(templateOf(text, setting));
    case 'bool':
      return boolTest(text, setting);
    case 'binary':
      return binaryTest(text, place);
    case 'ip-address':
      return ipTest(text, place);
    case 'number':
      return orderedTest({ text, order: comparison.order, parse: parseNumber, wanted: 'a number' }, place);
    case 'date':
      return orderedTest(
        {
          text,
          order: comparison.order,
          parse: parseDate,
          wanted: 'an ISO 8601 date with offset, or epoch seconds',
        },
        place,
      );
  }
}

function templateOf(text: string, setting: ValueSetting): ReturnType<typeof parseTemplate> {
  return setting.allowVariables ? parseTemplate(text, setting.place) : literalTemplate(text);
}

function textTest(text: string, setting: ValueSetting, ignoreCase: boolean): ValueTest {
  const template = templateOf(text, setting);
  const fold = (side: string): string => (ignoreCase ? side.toLowerCase() : side);
  return (value, keys) => {
    const resolved = resolveText(template, keys);
    return resolved !== undefined && fold(resolved) === fold(value);
  };
}

function patternTest(text: string, setting: ValueSetting): ValueTest {
  const template = templateOf(text, setting);
  if (template.parts.every((part) => part.kind === 'text')) return compileGlob(text);
  return (value, keys) => {
    const tokens = resolveTokens(template, keys);
    return tokens !== undefined && globMatches(tokens, value);
  };
}

function boolTest(text: string, setting: ValueSetting): ValueTest {
  const template = templateOf(text, setting);
  if (!template.hasVariables && !/^(?:true|false)$/i.test(text)) {
    throw refusal(setting.place, `Bool value ${shown(text)}; want "true" or "false"`);
  }
  return (value, keys) => resolveText(template, keys)?.toLowerCase() === value.toLowerCase();
}

function binaryTest(text: string, place: Place): ValueTest {
  const wanted = decodeBase64(text);
  if (wanted === undefined) throw refusal(place, `BinaryEquals value ${shown(text)}; want base64`);
  return (value) => decodeBase64(value)?.equals(wanted) ?? false;
}

function decodeBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64');
}

function ipTest(text: string, place: Place): ValueTest {
  const range = parseIpRange(text);
  if (range === undefined)
    throw refusal(place, `address ${shown(text)}; want CIDR (an IPv6 address needs its prefix length)`);
  return (value) => {
    const address = parseIpAddress(value);
    return address !== undefined && isInRange(address, range);
  };
}

interface OrderedValue {
  readonly text: string;
  readonly order: Order;
  readonly parse: (text: string) => number | undefined;
  readonly wanted: string;
}

function orderedTest({ text, order, parse, wanted }: OrderedValue, place: Place): ValueTest {
  const bound = parse(text);
  if (bound === undefined) throw refusal(place, `value ${shown(text)}; want ${wanted}`);
  return (value) => {
    const got = parse(value);
    return got !== undefined && stands(got, order, bound);
  };
}

function stands(got: number, order: Order, bound: number): boolean {
  switch (order) {
    case 'equal':
      return got === bound;
    case 'less':
      return got < bound;
    case 'less-or-equal':
      return got <= bound;
    case 'greater':
      return got > bound;
    case 'greater-or-equal':
      return got >= bound;
  }
}
