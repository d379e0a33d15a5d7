import type { ResolvedResource } from '@cordon/templates';

/** Reads the properties of one CloudFormation resource strictly: what is of another type or unknown throws. */
export class ResourceProperties {
  readonly #resource: ResolvedResource;

  /**
   * @param resource as a template gives it, intrinsic functions resolved
   * @param known names of the properties that the type implements; any other throws
   */
  constructor(resource: ResolvedResource, known: readonly string[]) {
    this.#resource = resource;
    const strange = Object.keys(resource.properties).find((name) => !known.includes(name));
    if (strange !== undefined) {
      throw new Error(
        `${resource.type} ${resource.logicalId}: property ${strange} is not implemented by the local organization; known: ${known.join(', ')}`,
      );
    }
  }

  /** A string, or undefined when the property is absent. */
  text(name: string): string | undefined {
    const value = this.#resource.properties[name];
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'a string');
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.#missing(name);
  }

  /** A number, also when it is written as a string. */
  number(name: string): number | undefined {
    const value = this.#resource.properties[name];
    if (value === undefined) return undefined;
    const read = typeof value === 'string' ? Number(value) : value;
    if (typeof read === 'number' && Number.isFinite(read)) return read;
    throw this.#wrong(name, 'a number');
  }

  /** A boolean, also when it is written as a string; undefined when absent. */
  flag(name: string): boolean | undefined {
    const value = this.#resource.properties[name];
    if (value === undefined) return undefined;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.#wrong(name, 'true or false');
  }

  /** The structure under `name`, read as strictly as the properties themselves; undefined when absent. */
  within(name: string, known: readonly string[]): ResourceProperties | undefined {
    const value = this.#resource.properties[name];
    return value === undefined ? undefined : this.#structure(name, value, known);
  }

  /** The structures of the list under `name`; empty when absent. */
  eachWithin(name: string, known: readonly string[]): readonly ResourceProperties[] {
    return this.list(name).map((value, index) => this.#structure(`${name}.${index}`, value, known));
  }

  /** The property as it stands, for what is kept without a behaviour of its own. */
  kept(name: string): unknown {
    return this.#resource.properties[name];
  }

  /** One of `values`, or undefined when absent. */
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.text(name);
    const found = values.find((value) => value === text);
    if (text === undefined || found !== undefined) return found;
    throw this.#wrong(name, `one of ${values.join(', ')}`);
  }

  /** The error for a property whose value cannot be; `wanted` says what can. */
  refuse(name: string, wanted: string): Error {
    return this.#wrong(name, wanted);
  }

  #structure(name: string, value: unknown, known: readonly string[]): ResourceProperties {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong(name, 'a structure');
    const logicalId = `${this.#resource.logicalId}.${name}`;
    return new ResourceProperties(
      { ...this.#resource, logicalId, properties: Object.fromEntries(Object.entries(value)) },
      known,
    );
  }

  /** A list of strings; empty when absent. */
  texts(name: string): readonly string[] {
    return this.list(name).map((item) => {
      if (typeof item === 'string') return item;
      throw this.#wrong(name, 'a list of strings');
    });
  }

  /** A list of anything; empty when absent. */
  list(name: string): readonly unknown[] {
    const value = this.#resource.properties[name];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, 'a list');
  }

  /** A JSON object, such as a policy document. */
  requiredDocument(name: string): object {
    const value = this.#resource.properties[name] ?? this.#missing(name);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw this.#wrong(name, 'a JSON object');
  }

  /** CloudFormation tags, `[{Key, Value}]`, by key. */
  tags(name = 'Tags'): Map<string, string> {
    return new Map(
      this.list(name).map((item) => {
        const { Key: key, Value: value } = Object(item) as { Key?: unknown; Value?: unknown };
        if (typeof key === 'string' && typeof value === 'string') return [key, value] as const;
        throw this.#wrong(name, 'a list of {Key, Value}');
      }),
    );
  }

  #missing(name: string): never {
    throw new Error(
      `${this.#resource.type} ${this.#resource.logicalId}: property ${name} is required: add it to the template`,
    );
  }

  #wrong(name: string, wanted: string): Error {
    const got = JSON.stringify(this.#resource.properties[name]);
    return new Error(
      `${this.#resource.type} ${this.#resource.logicalId}: property ${name} is ${got}; want ${wanted}`,
    );
  }
}
