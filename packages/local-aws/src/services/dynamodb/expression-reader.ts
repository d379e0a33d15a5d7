import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ServiceFault } from '../../core/fault.ts';
import { invalidRequest, readValue, type Value } from './attribute-value.ts';
import type { DocumentPath } from './document-path.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

/** The placeholders of one request, and which of them its expressions have used. */
export interface Placeholders {
  readonly names: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, Value>;
  readonly used: Set<string>;
}

/** Members of a request that give placeholders their meaning. */
export interface PlaceholderInput {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/**
 * Reads the placeholders of a request.
 *
 * @throws ServiceFault ValidationException: a malformed placeholder or value
 */
export const placeholdersOf = (input: PlaceholderInput): Placeholders => {
  const read = <Given, Kept>(
    given: Record<string, Given> | undefined,
    on: { what: string; sign: string; keep: (value: Given) => Kept },
  ) => {
    if (given !== undefined && Object.keys(given).length === 0)
      throw invalidRequest(`${on.what} must not be empty`);
    return new Map(
      Object.entries(given ?? {}).map(([key, value]) => {
        if (!new RegExp(`^${on.sign}\\w+$`).test(key))
          throw invalidRequest(`${on.what} contains invalid key: Syntax error; key: "${key}"`);
        return [key, on.keep(value)] as const;
      }),
    );
  };
  return {
    names: read(input.ExpressionAttributeNames, {
      what: 'ExpressionAttributeNames',
      sign: '#',
      keep: (name) => name,
    }),
    values: read(input.ExpressionAttributeValues, {
      what: 'ExpressionAttributeValues',
      sign: ':',
      keep: readValue,
    }),
    used: new Set(),
  };
};

/** Refuses placeholders that no expression used. @throws ServiceFault ValidationException */
export const refuseUnused = ({ names, values, used }: Placeholders): void => {
  for (const [what, given] of [
    ['ExpressionAttributeNames', names],
    ['ExpressionAttributeValues', values],
  ] as const) {
    const unused = [...given.keys()].filter((key) => !used.has(key));
    if (unused.length > 0)
      throw invalidRequest(`Value provided in ${what} unused in expressions: keys: {${unused.join(', ')}}`);
  }
};

const TOKEN = /\s*(?:([#:]\w+|[A-Za-z_]\w*|\d+)|(<>|<=|>=|[=<>()[\],.+-]))/y;

const tokensOf = (text: string, what: string): readonly string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw invalidRequest(
        `Invalid ${what}: Syntax error; token: "${text.slice(from).trim().charAt(0)}", near: "${text.slice(from, from + 10)}"`,
      );
    tokens.push(match[1] ?? match[2] ?? '');
  }
  return tokens;
};

/** Walks through the tokens of one expression; refuses what does not fit with DynamoDB's messages. */
export class ExpressionReader {
  readonly #what: string;
  readonly #tokens: readonly string[];
  readonly #placeholders: Placeholders;
  #at = 0;

  /**
   * @param text the expression
   * @param what its name in messages, such as `ConditionExpression`
   */
  constructor(text: string, what: string, placeholders: Placeholders) {
    this.#what = what;
    this.#placeholders = placeholders;
    this.#tokens = tokensOf(text, what);
    if (this.#tokens.length === 0) throw this.invalid('The expression can not be empty;');
  }

  /** The fault for something wrong with this expression. */
  invalid(problem: string): ServiceFault {
    return invalidRequest(`Invalid ${this.#what}: ${problem}`);
  }

  /** The token `ahead` of here, or undefined at the end. */
  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** Whether the next token is `word` (keywords in any case). */
  sees(word: string): boolean {
    return this.peek()?.toUpperCase() === word;
  }

  /** Takes the next token if it is `word`. */
  takes(word: string): boolean {
    if (!this.sees(word)) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the next token, whatever it is. */
  next(): string {
    const token = this.peek();
    if (token === undefined) throw this.unexpected();
    this.#at += 1;
    return token;
  }

  /** Takes `word`, which must come next. */
  expect(word: string): void {
    if (!this.takes(word)) throw this.unexpected();
  }

  /** The fault for a token that cannot stand here. */
  unexpected(): ServiceFault {
    const near = this.#tokens.slice(Math.max(0, this.#at - 1), this.#at + 2).join(' ');
    return this.invalid(`Syntax error; token: "${this.peek() ?? '<EOF>'}", near: "${near}"`);
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.peek() !== undefined) throw this.unexpected();
  }

  /** A list of one or more things with commas between. */
  list<Element>(read: () => Element): readonly Element[] {
    const elements = [read()];
    while (this.takes(',')) elements.push(read());
    return elements;
  }

  /** Whether a value placeholder comes next. */
  seesValue(): boolean {
    return this.peek()?.startsWith(':') === true;
  }

  /** The value of the placeholder that must come next. */
  value(): Value {
    if (!this.seesValue()) throw this.unexpected();
    const key = this.next();
    const value = this.#placeholders.values.get(key);
    if (value === undefined)
      throw this.invalid(
        `An expression attribute value used in expression is not defined; attribute value: ${key}`,
      );
    this.#placeholders.used.add(key);
    return value;
  }

  /** The document path that must come next. */
  path(): DocumentPath {
    const path: [string, ...(string | number)[]] = [this.#name()];
    for (;;) {
      if (this.takes('.')) path.push(this.#name());
      else if (this.takes('[')) path.push(this.#index());
      else return path;
    }
  }

  #index(): number {
    const digits = this.peek() ?? '';
    if (!/^\d+$/.test(digits)) throw this.unexpected();
    this.#at += 1;
    this.expect(']');
    return Number(digits);
  }

  #name(): string {
    const token = this.peek() ?? '';
    if (!/^[#A-Za-z_]/.test(token)) throw this.unexpected();
    this.#at += 1;
    if (!token.startsWith('#')) {
      if (RESERVED_WORDS.has(token.toUpperCase())) {
        throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
      }
      return token;
    }
    const name = this.#placeholders.names.get(token);
    if (name === undefined)
      throw this.invalid(
        `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
      );
    this.#placeholders.used.add(token);
    return name;
  }
}
