import { isChunked, readChunked } from './aws-chunked.ts';
import { modelOf, type Catalog, type OperationModel, type ServiceModel } from './catalog.ts';
import { fromJson, isObject } from './json-values.ts';
import { parameterTree, readParameters } from './query-parameters.ts';
import { checkRequired } from './required-members.ts';
import { parseJson, readRestInput, unboundQueryKeys } from './rest-request.ts';
import { routeRequest } from './rest-route.ts';
import { queryOf, signatureParts } from './signature-scope.ts';
import { problemCode } from './problem-code.ts';
import { malformed } from './text-values.ts';
import {
  type DecodedCall,
  type OperationName,
  WireFault,
  WireProblem,
  type WireRequest,
} from './wire-message.ts';

/**
 * Reads a signed request into the call it makes, with its input typed as the SDK's command input. The service and Region are
 * those of the signature's scope; the signature itself is verified elsewhere (`signatureMatches`).
 * Throws WireFault: `MissingAuthenticationToken` (403) when unsigned, `NotImplemented` (501) for a service or operation that
 * the catalog does not have, and the service's own code (400) for a missing, unknown or malformed parameter.
 */
export function decode(catalog: Catalog, request: WireRequest): DecodedCall {
  const signer = signatureParts(request);
  if (signer === undefined) {
    throw new WireFault(
      { service: '', operation: '' },
      {
        code: 'MissingAuthenticationToken',
        message: 'the request has no SigV4 signature; sign it',
        status: 403,
      },
    );
  }
  // The body is read for a version only where there may be one.
  const service =
    catalog.get(signer.service) ??
    modelOf(catalog, { service: signer.service, apiVersion: versionOf(request) });
  if (service === undefined) throw notImplemented({ service: signer.service, operation: '' }, request);
  const { operation, input } = readCall(service, request, signer.presigned);
  return {
    ...named(service, operation),
    input,
    region: signer.region,
    accessKeyId: signer.accessKeyId,
    ...(signer.sessionToken === undefined ? {} : { sessionToken: signer.sessionToken }),
    presigned: signer.presigned,
  };
}

interface NamedInput {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

function readCall(service: ServiceModel, request: WireRequest, presigned: boolean): NamedInput {
  switch (service.protocol) {
    case 'awsQuery':
    case 'ec2Query':
      return readQueryCall(service, service.protocol, request);
    case 'awsJson':
      return readJsonCall(service, request);
    case 'restJson':
    case 'restXml':
      return readRestCall(service, presigned ? hoistedBack(request) : request);
  }
}

const named = ({ service, apiVersion }: ServiceModel, operation: string): OperationName => ({
  service,
  operation,
  ...(apiVersion === undefined ? {} : { apiVersion }),
});

/** The parameters of a request in the query protocol: those of its URL and of its form. */
const formOf = (request: WireRequest): (readonly [string, string])[] => [
  ...queryOf(request),
  ...new URLSearchParams(Buffer.from(request.body).toString('utf8')),
];

/** The API version that a request in the query protocol names. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonParameters.html */
const versionOf = (request: WireRequest): string =>
  formOf(request).find(([key]) => key === 'Version')?.[1] ?? '';

function readQueryCall(
  service: ServiceModel,
  dialect: 'awsQuery' | 'ec2Query',
  request: WireRequest,
): NamedInput {
  const pairs = formOf(request).filter(([key]) => !key.startsWith('X-Amz-'));
  const action = pairs.find(([key]) => key === 'Action')?.[1] ?? '';
  const operation = operationOf(service, action, request);
  const tree = parameterTree(pairs.filter(([key]) => key !== 'Action' && key !== 'Version'));
  return withInput(service, operation, () => {
    if (!operation.input.isUnitSchema()) return readParameters(operation.input, tree, { path: '', dialect });
    const [extra] = tree.children.keys();
    if (extra === undefined) return {};
    throw new WireProblem('unknown', extra, `The parameter ${extra} is not recognized`);
  });
}

function readJsonCall(service: ServiceModel, request: WireRequest): NamedInput {
  const [target = '', action = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const operation = operationOf(service, target === service.target ? action : '', request);
  const body = Buffer.from(request.body).toString('utf8');
  return withInput(service, operation, () => {
    const value = body === '' ? {} : parseJson(body);
    if (!operation.input.isUnitSchema())
      return fromJson(operation.input, value, { path: '', naming: 'member' });
    if (isObject(value) && Object.keys(value).length === 0) return {};
    throw malformed('Body', body, 'an empty object, since the operation takes no input');
  });
}

function readRestCall(service: ServiceModel, request: WireRequest): NamedInput {
  const query = queryOf(request);
  const routed = guard({ service, operation: '' }, () => routeRequest(service, request, query));
  if (routed === undefined) throw notImplemented(named(service, ''), request);
  return withInput(service, routed.operation, () => {
    const { headers, body } = unframed(request);
    const parts = { routed, query, headers, body };
    const [unbound] = unboundQueryKeys(parts);
    // A sub-resource nobody modelled must not be taken for the plain operation on the same path.
    if (unbound !== undefined) {
      throw notImplemented(named(service, `${routed.operation.name} with ?${unbound}`), request);
    }
    return readRestInput(service, parts);
  });
}

/** Takes the body out of `aws-chunked`, and gives headers and trailers as if the body had come plainly. */
function unframed(request: WireRequest): { headers: Readonly<Record<string, string>>; body: Uint8Array } {
  if (!isChunked(request.headers)) return request;
  const { data, trailers } = readChunked(request.body);
  const declared = request.headers['x-amz-decoded-content-length'];
  if (declared !== undefined && Number(declared) !== data.length) {
    throw malformed('Body', declared, `x-amz-decoded-content-length ${data.length}, which is what was sent`);
  }
  const { 'content-encoding': encoding = '', ...headers } = request.headers;
  const codings = encoding.split(',').map((coding) => coding.trim());
  const rest = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  const plain = { ...headers, ...trailers, 'content-length': String(data.length) };
  return { headers: rest === '' ? plain : { ...plain, 'content-encoding': rest }, body: data };
}

/** A presigned URL carries the `x-amz-*` headers of the operation as query keys; they are put back. */
function hoistedBack(request: WireRequest): WireRequest {
  const hoisted = [...queryOf(request)].filter(([key]) => /^x-amz-/i.test(key));
  const headers = Object.fromEntries(hoisted.map(([key, value]) => [key.toLowerCase(), value]));
  return { ...request, headers: { ...headers, ...request.headers } };
}

function operationOf(service: ServiceModel, name: string, request: WireRequest): OperationModel {
  const operation = service.operations.get(name);
  if (operation === undefined) throw notImplemented(named(service, name), request);
  return operation;
}

function withInput(service: ServiceModel, operation: OperationModel, read: () => unknown): NamedInput {
  const name = operation.name;
  return guard({ service, operation: name }, () => {
    const input = read();
    if (!isObject(input)) throw malformed('Body', input, 'an object');
    checkRequired(operation.input, input);
    return { operation: name, input: { ...input } };
  });
}

function guard<T>({ service, operation }: { service: ServiceModel; operation: string }, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const problem =
      error instanceof URIError ? malformed('path', error.message, 'valid percent-encoding') : error;
    if (!(problem instanceof WireProblem)) throw error;
    const code = problemCode(service, problem.kind);
    throw new WireFault(named(service, operation), { code, message: problem.message, status: 400 });
  }
}

function notImplemented(name: OperationName, request: WireRequest): WireFault {
  const asked = name.operation === '' ? `${request.method} ${request.url.slice(0, 200)}` : name.operation;
  const target = request.headers['x-amz-target'];
  const message = `the local organization has no ${name.service}:${asked}${target === undefined ? '' : ` (${target})`}`;
  return new WireFault(name, { code: 'NotImplemented', message, status: 501 });
}
