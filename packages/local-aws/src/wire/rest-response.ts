import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationModel, ServiceModel } from './catalog.ts';
import { isObject, memberOf, toJson } from './json-values.ts';
import { formatText, wrongOutput } from './text-values.ts';
import type { WireResponse } from './wire-message.ts';
import { escapeXml, writeElement, writeMembers } from './xml-writer.ts';

type Struct = Readonly<Record<string, unknown>>;

/** Where the members of an answer go, before the body is written. */
interface Bound {
  status: number;
  readonly headers: Record<string, string>;
  payload: { readonly member: NormalizedSchema; readonly value: unknown } | undefined;
  readonly body: Record<string, unknown>;
}

/** Writes the answer of a REST operation: status, headers and body by the bindings of its output. */
export function restResponse(
  service: ServiceModel,
  operation: OperationModel,
  { value, requestId }: { readonly value: Struct; readonly requestId: string },
): WireResponse {
  const { output, route } = operation;
  const bound = bindMembers(output, value, route?.successStatus ?? 200);
  const { type, body } =
    bound.payload === undefined
      ? membersBody(service, operation, bound.body)
      : payloadBody(service, bound.payload);
  // Part of an object is answered as such. https://docs.aws.amazon.com/AmazonS3/latest/userguide/range-get-olap.html
  const isPart = bound.headers['content-range'] !== undefined;
  return {
    status: isPart ? 206 : bound.status,
    headers: {
      ...(type === undefined || bound.status === 204 ? {} : { 'content-type': type }),
      [service.service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: requestId,
      ...bound.headers,
    },
    body: Buffer.from(body),
  };
}

/** Sorts the members of an output into status, headers, payload and body; also used for the headers of error shapes. */
export function bindMembers(output: NormalizedSchema, value: Struct, status: number): Bound {
  const bound: Bound = { status, headers: {}, payload: undefined, body: {} };
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const member = memberOf(output, name, name);
    const traits = member.getMergedTraits();
    if (traits.httpResponseCode !== undefined) {
      if (typeof item !== 'number') throw wrongOutput(name, member, item);
      bound.status = item;
    } else if (traits.httpHeader !== undefined) {
      bound.headers[traits.httpHeader.toLowerCase()] = headerText(member, item, name);
    } else if (traits.httpPrefixHeaders !== undefined) {
      if (!isObject(item)) throw wrongOutput(name, member, item);
      for (const [key, each] of Object.entries(item)) {
        const text = formatText(member.getValueSchema(), each, {
          path: `${name}.${key}`,
          format: 'http-date',
        });
        bound.headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = text;
      }
    } else if (traits.httpPayload !== undefined) {
      bound.payload = { member, value: item };
    } else {
      bound.body[name] = item;
    }
  }
  return bound;
}

function headerText(member: NormalizedSchema, item: unknown, name: string): string {
  const place = { path: name, format: 'http-date' } as const;
  if (!member.isListSchema()) return formatText(member, item, place);
  if (!Array.isArray(item)) throw wrongOutput(name, member, item);
  return item.map((each: unknown) => formatText(member.getValueSchema(), each, place)).join(',');
}

interface TypedBody {
  readonly type: string | undefined;
  readonly body: string | Uint8Array;
}

function payloadBody(service: ServiceModel, { member, value }: NonNullable<Bound['payload']>): TypedBody {
  if (member.isBlobSchema()) {
    // An S3 object's type is a member of the answer, not the wire's to choose.
    const type = service.service === 's3' ? undefined : 'application/octet-stream';
    if (value instanceof Uint8Array || typeof value === 'string') return { type, body: value };
    throw wrongOutput(member.getMemberName(), member, value);
  }
  if (member.isStringSchema() && typeof value === 'string') return { type: 'text/plain', body: value };
  if (service.protocol === 'restJson') {
    return {
      type: 'application/json',
      body: JSON.stringify(toJson(member, value, { path: '', naming: 'jsonName' })),
    };
  }
  const tag = member.getMergedTraits().xmlName ?? member.getName() ?? member.getMemberName();
  return xmlBody(service, writeElement(member, value, { tag, path: '' }), tag);
}

function membersBody(service: ServiceModel, { name, output }: OperationModel, value: Struct): TypedBody {
  if (!hasBodyMembers(output)) return { type: undefined, body: '' };
  if (service.protocol === 'restJson') {
    return {
      type: 'application/json',
      body: JSON.stringify(toJson(output, value, { path: '', naming: 'jsonName' })),
    };
  }
  const tag = output.getMergedTraits().xmlName ?? output.getName() ?? name;
  if (name === 'GetBucketLocation') {
    // The one S3 answer without a wrapper, and empty in us-east-1:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    const { LocationConstraint: location = '' } = value;
    if (typeof location !== 'string') throw wrongOutput('LocationConstraint', output, location);
    return xmlBody(service, `<${tag}>${escapeXml(location)}</${tag}>`, tag);
  }
  return xmlBody(service, `<${tag}>${writeMembers(output, value, '')}</${tag}>`, tag);
}

function xmlBody(service: ServiceModel, element: string, tag: string): TypedBody {
  const rooted = `<${tag} xmlns="${service.xmlNamespace}"${element.slice(tag.length + 1)}`;
  return { type: 'application/xml', body: `<?xml version="1.0" encoding="UTF-8"?>\n${rooted}` };
}

function hasBodyMembers(output: NormalizedSchema): boolean {
  if (output.isUnitSchema()) return false;
  return [...output.structIterator()].some(([, member]) => {
    const { httpHeader, httpPrefixHeaders, httpPayload, httpResponseCode } = member.getMergedTraits();
    return [httpHeader, httpPrefixHeaders, httpPayload, httpResponseCode].every(
      (trait) => trait === undefined,
    );
  });
}
