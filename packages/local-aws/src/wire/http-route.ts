import type { NormalizedSchema } from '@smithy/core/schema';

/** How a REST operation is bound to HTTP (Smithy trait `http`: method, URI template, success status). */
export interface HttpRoute {
  readonly method: string;
  readonly pattern: RegExp;
  /** Label names in the order of the pattern's groups. */
  readonly labels: readonly string[];
  /** Query keys that the template itself fixes (`?retention`, `?list-type=2`), without `x-id`. */
  readonly fixedQuery: readonly (readonly [string, string])[];
  /** `x-id` of the template: a hint that the JavaScript SDK sends and others do not. */
  readonly hint: string | undefined;
  /** Required members that travel as a query key or as a header: they tell CopyObject from PutObject. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** Whether the input has an S3 bucket in its address. */
  readonly onBucket: boolean;
  readonly successStatus: number;
}

/** Reads the `http` trait of an operation together with the bindings of its input. */
export function parseHttpRoute(
  [method, uri, successStatus]: readonly [string, string, number],
  input: NormalizedSchema,
): HttpRoute {
  const [path = '/', search = ''] = uri.split('?');
  const query = [...new URLSearchParams(search)];
  const required = requiredMembers(input).map((member) => member.getMergedTraits());
  return {
    method,
    ...pathPattern(path),
    fixedQuery: query.filter(([key]) => key !== 'x-id'),
    hint: query.find(([key]) => key === 'x-id')?.[1],
    requiredQuery: required.flatMap(({ httpQuery }) => (httpQuery === undefined ? [] : [httpQuery])),
    requiredHeaders: required.flatMap(({ httpHeader }) =>
      httpHeader === undefined ? [] : [httpHeader.toLowerCase()],
    ),
    onBucket: [...input.structIterator()].some(([name, member]) => name === 'Bucket' && isLabel(member)),
    successStatus,
  };
}

/** The members that a structure's schema marks as required: by the SDK's convention its first n, n being the last entry. */
export function requiredMembers(struct: NormalizedSchema): readonly NormalizedSchema[] {
  const schema = struct.getSchema();
  const count = Array.isArray(schema) && typeof schema[6] === 'number' ? schema[6] : 0;
  return count === 0 ? [] : [...struct.structIterator()].slice(0, count).map(([, member]) => member);
}

const isLabel = (member: NormalizedSchema): boolean => member.getMergedTraits().httpLabel !== undefined;

function pathPattern(path: string): Pick<HttpRoute, 'pattern' | 'labels'> {
  const labels: string[] = [];
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (label?.[1] === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      labels.push(label[1]);
      return label[2] === '+' ? '(.+)' : '([^/]+)';
    })
    .join('');
  return { pattern: new RegExp(`^${source}$`), labels };
}
