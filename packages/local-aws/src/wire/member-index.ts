import type { NormalizedSchema } from '@smithy/core/schema';

/** How a protocol spells member names. */
export type Naming = 'member' | 'jsonName' | 'query' | 'ec2' | 'xml';

/** One member of a structure under its wire name. */
interface NamedMember {
  readonly name: string;
  readonly wireName: string;
  readonly schema: NormalizedSchema;
}

const caches: Readonly<Record<Naming, WeakMap<object, ReadonlyMap<string, NamedMember>>>> = {
  member: new WeakMap(),
  jsonName: new WeakMap(),
  query: new WeakMap(),
  ec2: new WeakMap(),
  xml: new WeakMap(),
};

/** The members of a structure by their wire names; worked out once per structure and naming. */
export function membersByWireName(
  struct: NormalizedSchema,
  naming: Naming,
): ReadonlyMap<string, NamedMember> {
  const key = struct.getSchema();
  if (typeof key !== 'object') return new Map();
  const cached = caches[naming].get(key);
  if (cached !== undefined) return cached;
  const index = new Map<string, NamedMember>();
  for (const [name, schema] of struct.structIterator()) {
    const wireName = wireNameOf(name, schema, naming);
    index.set(wireName, { name, wireName, schema });
  }
  caches[naming].set(key, index);
  return index;
}

/**
 * The wire name of one member. ec2Query capitalizes what `ec2QueryName` does not name:
 * https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#query-key-resolution
 */
function wireNameOf(name: string, schema: NormalizedSchema, naming: Naming): string {
  const traits = schema.getMergedTraits();
  switch (naming) {
    case 'member':
      return name;
    case 'jsonName':
      return traits.jsonName ?? name;
    case 'query':
      return traits.xmlName ?? name;
    case 'ec2': {
      const plain = traits.xmlName ?? name;
      const named = traits['ec2QueryName'];
      return typeof named === 'string' ? named : plain.charAt(0).toUpperCase() + plain.slice(1);
    }
    case 'xml':
      return schema.getMemberTraits().xmlName ?? name;
  }
}
