import { ProofError } from './claim.ts';
import type { Language } from './smt.ts';

/**
 * A regular expression, built so that equal ones are the same object: `id` stands for it. `all` is the complement of nothing.
 * Derivatives by a character are again expressions, of which there are finitely many.
 */
export interface Expression {
  readonly id: number;
  /** Whether the empty text belongs to it. */
  readonly nullable: boolean;
  readonly shape: Shape;
}

type Shape =
  | { readonly kind: 'none' | 'empty' }
  /** One character: this one; any; any but a colon. */
  | { readonly kind: 'character'; readonly is: string }
  | { readonly kind: 'any' | 'not-colon' }
  | { readonly kind: 'sequence'; readonly first: Expression; readonly rest: Expression }
  | { readonly kind: 'star' | 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

/** Makes expressions of one question, reads them from SMT-LIB, and derives them. */
export class Expressions {
  readonly #known = new Map<string, Expression>();
  readonly #derived = new Map<string, Expression>();
  readonly #literals = new Set<string>();
  readonly none = this.#make('none', { kind: 'none' }, false);
  readonly empty = this.#make('empty', { kind: 'empty' }, true);
  readonly all = this.#not(this.none);

  /** The characters that the expressions read so far tell from others, and one beside them: all that need be tried. */
  alphabet(): readonly string[] {
    const other = OTHERS.split('').find((character) => !this.#literals.has(character));
    if (other === undefined) throw new ProofError('the patterns of a claim use every printable character');
    return [...new Set([...this.#literals, ':', other])];
  }

  /** Reads a language as `languages.ts` writes it. Throws ProofError for a form that it does not write. */
  read(language: Language): Expression {
    const tokens = [...language.matchAll(TOKEN)].map(([token]) => token);
    let at = 0;
    const next = (): Expression => {
      const token = tokens[at] ?? '';
      at += 1;
      if (token !== '(') return this.#atom(token);
      const head = tokens[at] ?? '';
      at += 1;
      const parts: Expression[] = [];
      let text = '';
      while (tokens[at] !== ')' && at < tokens.length) {
        const literal = tokens[at] ?? '';
        if (literal.startsWith('"')) {
          text = readLiteral(literal);
          at += 1;
        } else parts.push(next());
      }
      at += 1;
      return this.#compound(head, parts, text);
    };
    return next();
  }

  /** What may follow `character` in the texts of an expression. */
  derive(expression: Expression, character: string): Expression {
    const key = `${expression.id} ${character}`;
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const derived = this.#derive(expression, character);
    this.#derived.set(key, derived);
    return derived;
  }

  #derive({ shape }: Expression, character: string): Expression {
    switch (shape.kind) {
      case 'none':
      case 'empty':
        return this.none;
      case 'character':
        return shape.is === character ? this.empty : this.none;
      case 'any':
        return this.empty;
      case 'not-colon':
        return character === ':' ? this.none : this.empty;
      case 'sequence': {
        const through = this.#sequence(this.derive(shape.first, character), shape.rest);
        return shape.first.nullable ? this.#some([through, this.derive(shape.rest, character)]) : through;
      }
      case 'star':
        return this.#sequence(this.derive(shape.of, character), this.#star(shape.of));
      case 'not':
        return this.#not(this.derive(shape.of, character));
      case 'and':
        return this.#every(shape.of.map((part) => this.derive(part, character)));
      case 'or':
        return this.#some(shape.of.map((part) => this.derive(part, character)));
    }
  }

  #atom(token: string): Expression {
    if (token === 're.all') return this.all;
    if (token === 're.none') return this.none;
    if (token === 're.allchar') return this.#make('any', { kind: 'any' }, false);
    throw new ProofError(`no language is written ${token}`);
  }

  #compound(head: string, parts: readonly Expression[], text: string): Expression {
    const [first = this.none, second] = parts;
    switch (head) {
      case 'str.to_re':
        return this.#text(text);
      case 're.*':
        return this.#star(first);
      case 're.++':
        return parts.reduceRight((rest, part) => this.#sequence(part, rest), this.empty);
      case 're.union':
        return this.#some(parts);
      case 're.inter':
        return this.#every(parts);
      case 're.comp':
        return this.#not(first);
      case 're.diff':
        if (first.shape.kind === 'any' && second === this.#text(':'))
          return this.#make('not-colon', { kind: 'not-colon' }, false);
        return this.#every([first, this.#not(second ?? this.none)]);
      default:
        throw new ProofError(`no language is written with ${head}`);
    }
  }

  #text(text: string): Expression {
    return Array.from(text).reduceRight((rest: Expression, is) => {
      this.#literals.add(is);
      return this.#sequence(this.#make(`c${is}`, { kind: 'character', is }, false), rest);
    }, this.empty);
  }

  #sequence(first: Expression, rest: Expression): Expression {
    if (first === this.none || rest === this.none) return this.none;
    if (first === this.empty) return rest;
    if (rest === this.empty) return first;
    if (first.shape.kind === 'sequence')
      return this.#sequence(first.shape.first, this.#sequence(first.shape.rest, rest));
    // Anything, then anything: derivatives of patterns with several wildcards grow without this.
    if (
      first === this.all &&
      (rest === this.all || (rest.shape.kind === 'sequence' && rest.shape.first === this.all))
    )
      return rest;
    return this.#make(
      `s${first.id},${rest.id}`,
      { kind: 'sequence', first, rest },
      first.nullable && rest.nullable,
    );
  }

  #star(of: Expression): Expression {
    if (of === this.none || of === this.empty) return this.empty;
    return this.#make(`*${of.id}`, { kind: 'star', of }, true);
  }

  #not(of: Expression): Expression {
    if (of.shape.kind === 'not') return of.shape.of;
    return this.#make(`!${of.id}`, { kind: 'not', of }, !of.nullable);
  }

  #some(parts: readonly Expression[]): Expression {
    return this.#joined('or', parts, { neutral: this.none, absorbing: this.all });
  }

  #every(parts: readonly Expression[]): Expression {
    return this.#joined('and', parts, { neutral: this.all, absorbing: this.none });
  }

  #joined(
    kind: 'and' | 'or',
    parts: readonly Expression[],
    { neutral, absorbing }: { readonly neutral: Expression; readonly absorbing: Expression },
  ): Expression {
    const flat = parts.flatMap((part) => (part.shape.kind === kind ? part.shape.of : [part]));
    if (flat.includes(absorbing)) return absorbing;
    const of = [...new Set(flat)]
      .filter((part) => part !== neutral)
      .toSorted((one, other) => one.id - other.id);
    const [only] = of;
    if (only === undefined) return neutral;
    if (of.length === 1) return only;
    const nullable = kind === 'and' ? of.every((part) => part.nullable) : of.some((part) => part.nullable);
    return this.#make(`${kind}${of.map(({ id }) => id).join(',')}`, { kind, of }, nullable);
  }

  #make(key: string, shape: Shape, nullable: boolean): Expression {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = { id: this.#known.size, nullable, shape };
    this.#known.set(key, made);
    return made;
  }
}

/** Characters of which one stands for all that no pattern names, the plainest first. */
const OTHERS = 'xyzqwkvjbfghuptdmlnrsoaeicXYZQWKVJBFGHUPTDMLNRSOAEIC0123456789_=+@,.~^%&!';

const TOKEN = /\(|\)|"(?:[^"]|"")*"|[^\s()"]+/g;

function readLiteral(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll('""', '"')
    .replaceAll(/\\u\{([0-9a-f]+)\}/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
