import type { Place } from '../policy/json.ts';
import { refusal, shown } from '../policy/json.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import { compileGlob, compileTokens, globMatches } from './glob.ts';
import type { GlobTokens } from './glob.ts';
import { parseTemplate, resolveTokens } from './variables.ts';
import type { Template } from './variables.ts';

const COLON = 58;
const COMPONENTS = 6;

/** Tests a request's resource (an ARN or `*`) against one pattern of a policy. */
export type ResourceTest = (resource: string, keys: RequestKeys) => boolean;

/**
 * Compiles one `Resource` pattern: a case-sensitive glob over the whole ARN, in which `*` may span colons.
 *
 * Throws PolicyError for a pattern that is not `*` or an ARN, for a wildcard in its service, and for a variable before the fifth
 * colon.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (where variables may stand)
 */
export function compileResource(pattern: string, allowVariables: boolean, place: Place): ResourceTest {
  const hasVariables = allowVariables && pattern.includes('${');
  if (hasVariables) refuseEarlyVariable(pattern, place);
  refuseBadResource(pattern, place);
  if (!hasVariables) return compileGlob(pattern);
  const template = parseTemplate(pattern, place);
  return (resource, keys) => {
    const tokens = resolveTokens(template, keys);
    return tokens !== undefined && globMatches(tokens, resource);
  };
}

/** An AWS partition (or a pattern for one) and a service in full. */
const ARN_START = /^arn:(?:aws[a-z-]*|[a-z*?-]*[*?][a-z*?-]*):[a-z0-9-]+:/;

function refuseBadResource(pattern: string, place: Place): void {
  if (pattern === '*') return;
  const complete = pattern.split(':').length >= COMPONENTS || pattern.includes('*');
  if (!ARN_START.test(pattern) || !complete) {
    throw refusal(
      place,
      `resource ${shown(pattern)}; want "*" or an ARN such as "arn:aws:ec2:*:*:instance/*", its service in full`,
    );
  }
}

function refuseEarlyVariable(pattern: string, place: Place): void {
  const before = pattern.slice(0, pattern.indexOf('${'));
  if (before.split(':').length < COMPONENTS) {
    throw refusal(
      place,
      `resource ${shown(pattern)} has a variable before the fifth colon, where AWS accepts none`,
    );
  }
}

/** Tests a key's value against one value of an ARN operator. */
export type ArnTest = (value: string, keys: RequestKeys) => boolean;

/**
 * Compiles one value of `ArnEquals`/`ArnLike` (the two are the same): each of the six components is matched on its own, so a
 * wildcard never spans a colon, save in the last, which holds all that is left.
 *
 * A pattern with fewer than six components (a bare `*`, say) matches nothing; `lint` refuses it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function compileArnTest(template: Template): ArnTest {
  if (!template.hasVariables) {
    const components = splitTokens(fixedTokens(template)).map(compileTokens);
    return (value) => {
      if (components.length !== COMPONENTS) return false;
      const parts = splitArn(value);
      return parts !== undefined && components.every((test, index) => test(parts[index] ?? ''));
    };
  }
  return (value, keys) => {
    const tokens = resolveTokens(template, keys);
    return tokens !== undefined && componentsMatch(splitTokens(tokens), value);
  };
}

const NO_KEYS: RequestKeys = { values: () => undefined, single: () => undefined };

function fixedTokens(template: Template): GlobTokens {
  return resolveTokens(template, NO_KEYS) ?? [];
}

function splitTokens(tokens: GlobTokens): readonly GlobTokens[] {
  const components: number[][] = [[]];
  for (const token of tokens) {
    if (token === COLON && components.length < COMPONENTS) components.push([]);
    else components.at(-1)?.push(token);
  }
  return components;
}

function componentsMatch(pattern: readonly GlobTokens[], value: string): boolean {
  const parts = splitArn(value);
  if (parts === undefined || pattern.length !== COMPONENTS) return false;
  return pattern.every((tokens, index) => globMatches(tokens, parts[index] ?? ''));
}

/** Splits an ARN into its six components, the last with its own colons kept; undefined when there are fewer. */
export function splitArn(arn: string): readonly string[] | undefined {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < COMPONENTS - 1) {
    const colon = arn.indexOf(':', from);
    if (colon < 0) return undefined;
    parts.push(arn.slice(from, colon));
    from = colon + 1;
  }
  parts.push(arn.slice(from));
  return parts;
}
