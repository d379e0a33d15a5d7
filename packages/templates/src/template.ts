import type { Condition } from './condition.ts';
import type { Expression } from './expression.ts';
import type { Parameter } from './parameter.ts';
import type { Place } from './place.ts';

/** A template that `readTemplate` has read and checked; give it to `deployStack`. */
export interface Template {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly conditions: ReadonlyMap<string, Condition>;
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  readonly outputs: ReadonlyMap<string, OutputDefinition>;
}

/** A mapping: top-level key, second-level key, value. */
export type Mapping = ReadonlyMap<string, ReadonlyMap<string, string | readonly string[]>>;

/** A resource as written. `metadata` is kept because its references order the creation too. */
export interface ResourceDefinition {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Expression;
  readonly metadata: Expression;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy?: string;
  readonly place: Place;
}

/** An output as written. */
export interface OutputDefinition {
  readonly name: string;
  readonly value: Expression;
  readonly exportName?: Expression;
  readonly condition?: string;
  readonly place: Place;
}
