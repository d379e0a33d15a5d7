import { DefinitionError } from './definition-error.ts';
import type { Place } from './definition-error.ts';
import type { StatesField } from './expression.ts';
import { isRecord } from './json-value.ts';
import { compileTemplate } from './template.ts';
import type { IntegerField, Template } from './template.ts';

type Bounds = { readonly least: number; readonly most: number };

/** Reads the fields of one object of a definition, and refuses those that nobody asked for. */
export class DefinitionFields {
  /** The state that the object belongs to, for messages and nested readers. */
  readonly state: string;
  readonly #prefix: string;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  /** `place.field` is the path of the object itself, empty for the state's own fields. Throws when `value` is not an object. */
  constructor(value: unknown, place: Place) {
    if (!isRecord(value)) {
      throw new DefinitionError(
        { ...place, field: place.field || '(whole)' },
        `got ${describe(value)}, an object is needed`,
      );
    }
    this.state = place.state;
    this.#prefix = place.field === '' ? '' : `${place.field}.`;
    this.#fields = value;
  }

  /** The place of a field of this object. */
  place(field: string): Place {
    return { state: this.state, field: this.#prefix + field };
  }

  /** The field as it is; undefined when absent. */
  take(field: string): unknown {
    this.#read.add(field);
    return this.#fields[field];
  }

  /** A DefinitionError about one of the fields, to be thrown. */
  wrong(field: string, reason: string): DefinitionError {
    return new DefinitionError(this.place(field), reason);
  }

  /** A string, or undefined when absent. */
  text(field: string): string | undefined {
    const value = this.take(field);
    if (value === undefined || typeof value === 'string') return value;
    throw this.wrong(field, `got ${describe(value)}, a string is needed`);
  }

  /** A string that must be there. */
  requiredText(field: string): string {
    const value = this.text(field);
    if (value === undefined || value === '') throw this.wrong(field, 'is missing, a string is needed');
    return value;
  }

  /** A list that must be there and have members. */
  requiredList(field: string): readonly unknown[] {
    const list = this.list(field);
    if (list.length === 0)
      throw this.wrong(field, 'is missing or empty, a list with at least one member is needed');
    return list;
  }

  /** A list; empty when absent. */
  list(field: string): readonly unknown[] {
    const value = this.take(field);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    throw this.wrong(field, `got ${describe(value)}, a list is needed`);
  }

  /** A number within bounds (an integer unless `fractional`), or undefined when absent. */
  number(
    field: string,
    { least, most, fractional }: Bounds & { readonly fractional?: boolean },
  ): number | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    const fits = typeof value === 'number' && value >= least && value <= most;
    if (fits && (fractional === true || Number.isInteger(value))) return value;
    throw this.wrong(
      field,
      `got ${describe(value)}, ${fractional === true ? 'a number' : 'an integer'} from ${least} to ${most} is needed`,
    );
  }

  /** A value with expressions in it; undefined when absent. `readable`: the parts of `$states` that exist there. */
  template(field: string, readable: readonly StatesField[]): Template | undefined {
    const value = this.take(field);
    return value === undefined ? undefined : compileTemplate(value, this.place(field), readable);
  }

  /** An integer, or an expression that will give one; undefined when absent. */
  integer(field: string, bounds: Bounds, readable: readonly StatesField[]): IntegerField | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') this.number(field, bounds);
    const template = compileTemplate(value, this.place(field), readable);
    if (template.kind === 'literal' && typeof template.value === 'string') {
      throw this.wrong(field, `got ${describe(value)}, an integer or {% an expression %} is needed`);
    }
    return { template, field, ...bounds };
  }

  /** To be called when everything was taken: throws a DefinitionError that names the first field that nobody took. */
  refuseOthers(): void {
    for (const field of Object.keys(this.#fields)) {
      if (!this.#read.has(field)) {
        const known = [...this.#read].join(', ');
        throw this.wrong(
          field,
          `is not implemented here; known in this place: ${known}. remove it, or implement it with its AWS rule`,
        );
      }
    }
  }
}

/** A value, short enough for a message. */
export function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
