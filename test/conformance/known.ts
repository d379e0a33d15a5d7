/** Values of one side by name: ids of what was furnished and of what steps have made. */
export class Known {
  readonly #values = new Map<string, string>();

  constructor(values: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** Throws for a value that is not there: its step was refused, or it has another name. */
  of(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined)
      throw new Error(`nothing is known as ${name} here; known: ${[...this.#values.keys()].join(', ')}`);
    return value;
  }

  /** A value that is not there is not kept: `of` then says so to the step that needs it. */
  keep(name: string, value: string | undefined): void {
    if (value !== undefined) this.#values.set(name, value);
  }

  /** Name by value, the longest values first, so that none is taken for a part of another. */
  names(): readonly (readonly [value: string, name: string])[] {
    return [...this.#values]
      .map(([name, value]) => [value, name] as const)
      .toSorted(([a], [b]) => b.length - a.length);
  }
}
