import { ProofError } from './claim.ts';
import { arnLanguage, globLanguage, headLanguage, splitAtColons } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { SIX_COMPONENTS } from './languages.ts';
import { and, atom, concatenated, literal, member, print, truth } from './smt.ts';
import type { Term, Text } from './smt.ts';
import type { SymbolicRequest } from './symbolic-request.ts';

/** True when the whole of `value` is the text of the pieces; false when a variable has no value. */
export function equalsPieces(value: Text, pieces: readonly Piece[], request: SymbolicRequest): Term {
  const known = fillPinned(pieces, request);
  if (!hasVariables(known)) return member(value, globLanguage(known));
  return and([...variablesGiven(known, request), atom(`(= ${value} ${textOf(known, request)})`)]);
}

/**
 * True when the whole of `value` matches a pattern whose wildcards stand for any character. With variables, it is cut at its
 * `*` into texts, each of which is then sought from where the one before it ends: what a leftmost match finds, any match finds.
 */
export function matchesPieces(value: Text, pieces: readonly Piece[], request: SymbolicRequest): Term {
  const known = fillPinned(pieces, request);
  if (!hasVariables(known)) return member(value, globLanguage(known));
  refuseSingleWildcard(known);
  const [first, ...rest] = splitAtRuns(known).map((segment) => textOf(segment, request));
  const last = rest.pop();
  if (first === undefined || last === undefined) return equalsPieces(value, known, request);
  let end = lengthOf(first);
  const found: Term[] = [];
  for (const segment of rest) {
    const start = `(str.indexof ${value} ${segment} ${end})`;
    found.push(atom(`(>= ${start} 0)`));
    end = `(+ ${start} ${lengthOf(segment)})`;
  }
  return and([
    ...variablesGiven(known, request),
    first === EMPTY ? truth(true) : atom(`(str.prefixof ${first} ${value})`),
    ...found,
    last === EMPTY ? truth(true) : atom(`(str.suffixof ${last} ${value})`),
    // The last text must not begin before the others end.
    last === EMPTY || end === '0'
      ? truth(true)
      : atom(`(>= (- ${lengthOf(value)} ${lengthOf(last)}) ${end})`),
  ]);
}

/**
 * True when `value` matches an ARN pattern component by component. Throws ProofError for a wildcard together with a variable
 * before the fifth colon, unless the facts name its value: it might hold colons of its own.
 */
export function matchesArn(value: Text, pieces: readonly Piece[], request: SymbolicRequest): Term {
  const known = fillPinned(pieces, request);
  if (!hasVariables(known)) {
    const language = arnLanguage(known);
    return language === undefined ? truth(false) : member(value, language);
  }
  if (!known.some((piece) => piece.kind === 'any-run' || piece.kind === 'any-one')) {
    return and([equalsPieces(value, known, request), member(value, SIX_COMPONENTS)]);
  }
  const components = splitAtColons(known, 6);
  const resource = components[5];
  const before = components.slice(0, 5);
  if (resource === undefined || before.some(hasVariables)) {
    throw new ProofError(
      'an ARN pattern has both a wildcard and a variable before the fifth colon; write one of them out, or name the ' +
        "variable's value in the facts",
    );
  }
  const { head, isArn, tail } = request.split(value);
  return and([isArn, member(head, headLanguage(before)), matchesPieces(tail, resource, request)]);
}

/** Puts in the values of variables that the facts leave no choice. */
function fillPinned(pieces: readonly Piece[], request: SymbolicRequest): readonly Piece[] {
  return pieces.map((piece) => {
    const pinned = piece.kind === 'variable' ? request.key(piece.key).pinned : undefined;
    return pinned === undefined ? piece : { kind: 'text', text: pinned };
  });
}

const EMPTY = '""';

function lengthOf(text: Text): Text {
  return text === EMPTY ? '0' : `(str.len ${text})`;
}

function hasVariables(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.kind === 'variable');
}

function refuseSingleWildcard(pieces: readonly Piece[]): void {
  if (pieces.some((piece) => piece.kind === 'any-one')) {
    throw new ProofError('a pattern has both a variable and "?"; write "*", or the character');
  }
}

function splitAtRuns(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const segments: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind === 'any-run') segments.push([]);
    else segments.at(-1)?.push(piece);
  }
  return segments;
}

/** The pieces as one text; meaningful only where `variablesGiven` holds. */
function textOf(pieces: readonly Piece[], request: SymbolicRequest): Text {
  return concatenated(
    pieces.map((piece) => {
      switch (piece.kind) {
        case 'text':
          return literal(piece.text);
        case 'variable': {
          const [slot] = request.key(piece.key).slots;
          return piece.fallback === undefined
            ? slot.value
            : `(ite ${print(slot.isGiven)} ${slot.value} ${literal(piece.fallback)})`;
        }
        case 'any-run':
        case 'any-one':
          throw new ProofError('a wildcard stands where only text can be encoded');
      }
    }),
  );
}

function variablesGiven(pieces: readonly Piece[], request: SymbolicRequest): readonly Term[] {
  return pieces.flatMap((piece) =>
    piece.kind === 'variable' && piece.fallback === undefined
      ? [request.key(piece.key).slots[0].isGiven]
      : [],
  );
}
