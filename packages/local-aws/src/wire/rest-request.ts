import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceModel } from './catalog.ts';
import { fromJson, isObject } from './json-values.ts';
import type { RoutedRequest } from './rest-route.ts';
import { malformed, parseText, timestampFormat } from './text-values.ts';

/** The parts of a REST request from which an input is put together. */
interface RestParts {
  readonly routed: RoutedRequest;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The client's own XML reader, set up as its restXml protocol does; the SDK exports it for this kind of use. */
const xmlReader = new XmlShapeDeserializer({
  timestampFormat: { useTrait: true, default: 5 },
  httpBindings: true,
  xmlNamespace: '',
  serviceNamespace: '',
});

/**
 * Puts the input of a REST operation together from path labels, query, headers and body:
 * https://smithy.io/2.0/spec/http-bindings.html
 */
export function readRestInput(service: ServiceModel, parts: RestParts): Record<string, unknown> {
  const { input } = parts.routed.operation;
  if (input.isUnitSchema()) return {};
  const bound: [string, unknown][] = [];
  const bodyMembers = new Set<string>();
  for (const [name, member] of input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpPayload !== undefined) {
      if (parts.body.length > 0) bound.push([name, readPayload(service, member, parts.body)]);
    } else if (traits.httpLabel !== undefined) {
      const text = parts.routed.labels[name];
      if (text !== undefined)
        bound.push([name, parseText(member, text, { path: name, format: 'date-time' })]);
    } else if (traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined) {
      const value = readHeader(name, member, parts.headers);
      if (value !== undefined) bound.push([name, value]);
    } else if (traits.httpQuery !== undefined) {
      const values = parts.query.getAll(traits.httpQuery);
      if (values.length > 0) bound.push([name, readQueryValue(name, member, values)]);
    } else if (traits.httpQueryParams !== undefined) {
      throw new Error(
        `${service.service}:${parts.routed.operation.name} binds ${name} to all query keys: unsupported`,
      );
    } else {
      bodyMembers.add(name);
    }
  }
  const fromBody = bodyMembers.size === 0 ? {} : readBody(service, input, { body: parts.body, bodyMembers });
  return { ...fromBody, ...Object.fromEntries(bound) };
}

/** The query keys that no binding of the operation explains, e.g. a sub-resource that has no operation here. */
export function unboundQueryKeys({ routed, query }: RestParts): readonly string[] {
  const known = new Set(['x-id', ...routed.route.fixedQuery.map(([key]) => key)]);
  for (const [, member] of routed.operation.input.structIterator()) {
    const { httpQuery } = member.getMergedTraits();
    if (httpQuery !== undefined) known.add(httpQuery);
  }
  return [...query.keys()].filter((key) => !known.has(key) && !/^x-amz-/i.test(key));
}

function readPayload(service: ServiceModel, member: NormalizedSchema, body: Uint8Array): unknown {
  if (member.isBlobSchema()) return body;
  if (member.isStringSchema()) return Buffer.from(body).toString('utf8');
  const text = Buffer.from(body).toString('utf8');
  if (service.protocol === 'restXml') return readXml(member, text);
  return fromJson(member, parseJson(text), { path: '', naming: 'jsonName' });
}

function readBody(
  service: ServiceModel,
  input: NormalizedSchema,
  { body, bodyMembers }: { body: Uint8Array; bodyMembers: ReadonlySet<string> },
): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  const text = Buffer.from(body).toString('utf8');
  const value =
    service.protocol === 'restXml'
      ? readXml(input, text)
      : fromJson(input, parseJson(text), { path: '', naming: 'jsonName' });
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([name]) => bodyMembers.has(name)));
}

function readHeader(
  name: string,
  member: NormalizedSchema,
  headers: Readonly<Record<string, string>>,
): unknown {
  const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
  if (httpHeader === undefined) {
    const prefix = (httpPrefixHeaders ?? '').toLowerCase();
    const found = Object.entries(headers).filter(([key]) => key.startsWith(prefix) && prefix !== '');
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
  }
  const text = headers[httpHeader.toLowerCase()];
  if (text === undefined) return undefined;
  if (!member.isListSchema()) return parseText(member, text, { path: name, format: 'http-date' });
  const item = member.getValueSchema();
  if (item.isTimestampSchema() && timestampFormat(item, 'http-date') === 'http-date') {
    throw new Error(`the header list ${name} holds HTTP dates, whose commas are not told apart here`);
  }
  return text.split(',').map((each) => parseText(item, each.trim(), { path: name, format: 'http-date' }));
}

function readQueryValue(name: string, member: NormalizedSchema, values: readonly string[]): unknown {
  const place = { path: name, format: 'date-time' } as const;
  if (member.isListSchema()) return values.map((value) => parseText(member.getValueSchema(), value, place));
  return parseText(member, values[0] ?? '', place);
}

/** Parses a JSON body; text that is not JSON is a WireProblem. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('Body', text, 'JSON');
  }
}

function readXml(schema: NormalizedSchema, text: string): unknown {
  try {
    const value: unknown = xmlReader.read(schema, Buffer.from(text, 'utf8'));
    return value;
  } catch {
    throw malformed('Body', text, 'well-formed XML');
  }
}
