import { ProofError } from './claim.ts';
import type { Place } from '../policy/json.ts';
import type { PolicyVersion } from '../policy/policy.ts';
import { literalTemplate, parseTemplate } from '../match/variables.ts';
import { ANYTHING, exactly, NOT_COLON, sequence } from './languages.ts';
import type { Language } from './smt.ts';

/** A piece of a pattern: what the engine's tokens are, before variables have values. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any-run' }
  | { readonly kind: 'any-one' }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined };

/** Whether `*` and `?` are wildcards, and whether `${...}` is a variable. */
export interface Reading {
  readonly wildcards: boolean;
  readonly version: PolicyVersion;
  readonly place: Place;
}

/** Splits a policy value into pieces, by the engine's own reading of variables. */
export function readPieces(text: string, { place, version, wildcards }: Reading): readonly Piece[] {
  const template = version === '2012-10-17' ? parseTemplate(text, place) : literalTemplate(text);
  return template.parts.flatMap((part): readonly Piece[] => {
    if (part.kind === 'variable') return [part];
    return wildcards && part.kind === 'text' ? globPieces(part.text) : [{ kind: 'text', text: part.text }];
  });
}

/** Splits a glob without variables. */
export function globPieces(glob: string): readonly Piece[] {
  return (glob.match(/\*+|\?|[^*?]+/g) ?? []).map((run): Piece => {
    if (run.startsWith('*')) return { kind: 'any-run' };
    return run === '?' ? { kind: 'any-one' } : { kind: 'text', text: run };
  });
}

/** Splits pieces at colons, into `limit` components at most; the last keeps its own colons. */
export function splitAtColons(pieces: readonly Piece[], limit: number): readonly (readonly Piece[])[] {
  const components: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind !== 'text') {
      components.at(-1)?.push(piece);
      continue;
    }
    const runs = piece.text.split(':');
    const cuts = Math.min(runs.length - 1, limit - components.length);
    const parts = [...runs.slice(0, cuts), runs.slice(cuts).join(':')];
    for (const [index, text] of parts.entries()) {
      if (index > 0) components.push([]);
      if (text !== '') components.at(-1)?.push({ kind: 'text', text });
    }
  }
  return components;
}

/** The language of a pattern without variables; its wildcards stand for any character. */
export function globLanguage(pieces: readonly Piece[]): Language {
  return sequence(languagesOf(pieces, SPANNING));
}

/**
 * The language of an ARN pattern without variables, component by component: a wildcard spans no colon, save in the last.
 * Undefined when there are fewer than six.
 */
export function arnLanguage(pieces: readonly Piece[]): Language | undefined {
  const components = splitAtColons(pieces, 6);
  const resource = components[5];
  if (resource === undefined) return undefined;
  return sequence([...headParts(components.slice(0, 5)), exactly(':'), ...languagesOf(resource, SPANNING)]);
}

/**
 * The language of the ARNs of one form: a wildcard stands for no colon, save in the name of an S3 object, which may hold some.
 * Undefined when there are fewer than six components.
 */
export function formLanguage(pieces: readonly Piece[]): Language | undefined {
  const components = splitAtColons(pieces, Number.POSITIVE_INFINITY);
  if (components.length < 6) return undefined;
  const [service] = components[2] ?? [];
  if (service?.kind === 'text' && service.text === 's3') return arnLanguage(pieces);
  return sequence(headParts(components));
}

/** The language of the first components of an ARN pattern, joined by colons. */
export function headLanguage(components: readonly (readonly Piece[])[]): Language {
  return sequence(headParts(components));
}

function headParts(components: readonly (readonly Piece[])[]): readonly Language[] {
  return components.flatMap((component, index) => [
    ...(index === 0 ? [] : [exactly(':')]),
    ...languagesOf(component, WITHIN_COMPONENT),
  ]);
}

interface Wildcards {
  readonly run: Language;
  readonly one: Language;
}

const SPANNING: Wildcards = { run: ANYTHING, one: 're.allchar' };
const WITHIN_COMPONENT: Wildcards = { run: `(re.* ${NOT_COLON})`, one: NOT_COLON };

function languagesOf(pieces: readonly Piece[], wildcards: Wildcards): readonly Language[] {
  return pieces.map((piece) => {
    switch (piece.kind) {
      case 'text':
        return exactly(piece.text);
      case 'any-run':
        return wildcards.run;
      case 'any-one':
        return wildcards.one;
      case 'variable':
        throw new ProofError(`variable \${${piece.key}} stands where only fixed text can be encoded`);
    }
  });
}
