import { refusal, shown } from '../policy/json.ts';
import type { Place } from '../policy/json.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import { globTokens } from './glob.ts';

/** A piece of a policy value: text as written, a character escaped as `${*}`, or a variable. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'escaped'; readonly text: string }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined };

/** A policy value split at its variables. */
export interface Template {
  readonly parts: readonly Part[];
  /** False when the value is the same for every request, so that it can be compiled once. */
  readonly hasVariables: boolean;
}

const VARIABLE = /^([A-Za-z0-9-]+:[^,'{}$]+?)(?:, ?'([^']*)')?$/;

/**
 * Splits a value at its policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`.
 *
 * Throws PolicyError for anything else between `${` and `}`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function parseTemplate(text: string, place: Place): Template {
  const parts: Part[] = [];
  let position = 0;
  while (position < text.length) {
    const start = text.indexOf('${', position);
    if (start < 0) break;
    const end = text.indexOf('}', start);
    if (end < 0) throw refusal(place, `${shown(text)} opens a variable with \${ and never closes it`);
    if (start > position) parts.push({ kind: 'text', text: text.slice(position, start) });
    parts.push(parseVariable(text.slice(start + 2, end), place));
    position = end + 1;
  }
  if (position < text.length) parts.push({ kind: 'text', text: text.slice(position) });
  return { parts, hasVariables: parts.some((part) => part.kind === 'variable') };
}

/** A value without variables: what every value is in a 2008-10-17 document. */
export function literalTemplate(text: string): Template {
  return { parts: [{ kind: 'text', text }], hasVariables: false };
}

function parseVariable(inner: string, place: Place): Part {
  if (inner === '*' || inner === '?' || inner === '$') return { kind: 'escaped', text: inner };
  const found = VARIABLE.exec(inner);
  const key = found?.[1];
  if (key === undefined) {
    throw refusal(
      place,
      `variable ${shown(`\${${inner}}`)}; want \${service:key} or \${service:key, 'default'}`,
    );
  }
  return { kind: 'variable', key: key.trim().toLowerCase(), fallback: found?.[2] };
}

/** The value as plain text, or undefined when a variable has no value in this request ("null" in AWS's words). */
export function resolveText(template: Template, keys: RequestKeys): string | undefined {
  let text = '';
  for (const part of template.parts) {
    const piece = pieceOf(part, keys);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

/**
 * The value as a pattern, or undefined when a variable has no value. A wildcard counts only where the policy's author wrote
 * it: one inside a request's value is a plain character, else a caller could widen a policy with a tag named `*`.
 */
export function resolveTokens(template: Template, keys: RequestKeys): readonly number[] | undefined {
  const tokens: number[] = [];
  for (const part of template.parts) {
    const piece = pieceOf(part, keys);
    if (piece === undefined) return undefined;
    for (const token of globTokens(piece, part.kind === 'text')) tokens.push(token);
  }
  return tokens;
}

function pieceOf(part: Part, keys: RequestKeys): string | undefined {
  return part.kind === 'variable' ? (keys.single(part.key) ?? part.fallback) : part.text;
}
