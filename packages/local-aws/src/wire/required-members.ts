import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers } from './http-route.ts';
import { isObject } from './json-values.ts';
import { WireProblem } from './wire-message.ts';

/** Throws WireProblem `missing` for the first required member, at any depth, that the input does not have. */
export function checkRequired(schema: NormalizedSchema, value: unknown, path = ''): void {
  if (value instanceof Date || value instanceof Uint8Array) return;
  if (schema.isStructSchema() && isObject(value)) {
    for (const member of requiredMembers(schema)) {
      if (value[member.getMemberName()] !== undefined) continue;
      const name = join(path, member.getMemberName());
      throw new WireProblem('missing', name, `The request must contain the parameter ${name}`);
    }
    for (const [name, member] of schema.structIterator()) {
      if (value[name] !== undefined) checkRequired(member, value[name], join(path, name));
    }
  } else if (schema.isListSchema() && Array.isArray(value)) {
    const item = schema.getValueSchema();
    if (isNested(item))
      value.forEach((each: unknown, i) => checkRequired(item, each, join(path, String(i + 1))));
  } else if (schema.isMapSchema() && isObject(value)) {
    const item = schema.getValueSchema();
    if (isNested(item))
      for (const [key, each] of Object.entries(value)) checkRequired(item, each, join(path, key));
  }
}

const isNested = (schema: NormalizedSchema): boolean =>
  schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema();
const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
