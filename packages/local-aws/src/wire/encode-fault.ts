import type { NormalizedSchema } from '@smithy/core/schema';
import { modelOf, type Catalog, type ServiceModel } from './catalog.ts';
import { toJson } from './json-values.ts';
import { bindMembers } from './rest-response.ts';
import type { Fault, OperationName, WireResponse } from './wire-message.ts';
import { escapeXml, writeMembers } from './xml-writer.ts';

/**
 * HTTP status of codes that no model lists, as S3 and EC2 document them:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InvalidAccessKeyId: 403,
  InvalidClientTokenId: 403,
  InvalidObjectState: 403,
  MissingAuthenticationToken: 403,
  SignatureDoesNotMatch: 403,
  UnauthorizedOperation: 403,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchKey: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchVersion: 404,
  NotFound: 404,
  ObjectLockConfigurationNotFoundError: 404,
  MethodNotAllowed: 405,
  BucketAlreadyExists: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  PreconditionFailed: 412,
  InternalError: 500,
  InternalFailure: 500,
  NotImplemented: 501,
  RequestLimitExceeded: 503,
  ServiceUnavailable: 503,
  SlowDown: 503,
};

/** A fault with everything settled that the protocols need. */
interface SettledFault {
  readonly fault: Fault;
  readonly shape: NormalizedSchema | undefined;
  readonly status: number;
  readonly requestId: string;
}

/**
 * Writes an error as the call's service would send it, so that clients raise their typed exception. Without `status`, the
 * model's status is sent. Throws a plain Error for `fields` that the error shape does not have. A call whose service the catalog lacks
 * (its request could not be decoded) is answered in the JSON form, which carries the code in a header too.
 */
export function encodeFault(
  catalog: Catalog,
  call: OperationName,
  fault: Fault,
  requestId: string,
): WireResponse {
  const service = modelOf(catalog, call);
  const shape = service?.errors.get(fault.code);
  const settled = { fault, shape, status: fault.status ?? statusOf(fault.code, shape, service), requestId };
  switch (service?.protocol) {
    case 'ec2Query':
      return xmlFault(settled, ec2Error(settled));
    case 'awsQuery':
      return xmlFault(settled, queryError(service, settled));
    case 'restXml':
      return s3Error(service, call, settled);
    case 'awsJson':
    case 'restJson':
    case undefined:
      return jsonError(service, settled);
  }
}

function statusOf(
  code: string,
  shape: NormalizedSchema | undefined,
  service: ServiceModel | undefined,
): number {
  const traits = shape?.getMergedTraits() ?? {};
  if (service?.protocol === 'awsJson')
    return traits.error === 'server' || STATUS_BY_CODE[code] === 500 ? 500 : jsonStatus(code);
  const modelled = Array.isArray(traits['awsQueryError']) ? traits['awsQueryError'][1] : traits['httpError'];
  if (typeof modelled === 'number') return modelled;
  return traits.error === 'server' ? 500 : (STATUS_BY_CODE[code] ?? 400);
}

/** awsJson answers every client error with 400: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const jsonStatus = (code: string): number =>
  code === 'NotImplemented' ? 501 : code === 'ServiceUnavailable' ? 503 : 400;

function ec2Error({ fault, requestId }: SettledFault): string {
  refuseFields(fault);
  const error = `<Error><Code>${escapeXml(fault.code)}</Code><Message>${escapeXml(fault.message)}</Message></Error>`;
  return `<Response><Errors>${error}</Errors><RequestID>${escapeXml(requestId)}</RequestID></Response>`;
}

function queryError(service: ServiceModel, { fault, shape, status, requestId }: SettledFault): string {
  const code = escapeXml(queryCode(shape) ?? fault.code);
  const fields = fieldsXml(shape, fault);
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(fault.message)}</Message>${fields}</Error>`;
  return `<ErrorResponse xmlns="${service.xmlNamespace}">${error}<RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
}

function s3Error(service: ServiceModel, call: OperationName, settled: SettledFault): WireResponse {
  const { fault, shape, requestId } = settled;
  const code = `<Code>${escapeXml(fault.code)}</Code><Message>${escapeXml(fault.message)}</Message>`;
  const body = `<Error>${code}${fieldsXml(shape, fault)}<RequestId>${escapeXml(requestId)}</RequestId></Error>`;
  const response = xmlFault(settled, body);
  const headers = { ...response.headers, 'x-amz-request-id': requestId };
  // A HEAD answer has no body, so its client learns nothing but the status.
  const isHead = service.operations.get(call.operation)?.route?.method === 'HEAD';
  return isHead ? { ...response, headers, body: new Uint8Array() } : { ...response, headers };
}

function jsonError(
  service: ServiceModel | undefined,
  { fault, shape, status, requestId }: SettledFault,
): WireResponse {
  const name = shape?.getName() ?? fault.code;
  const naming = service?.protocol === 'restJson' ? 'jsonName' : 'member';
  if (shape === undefined) refuseFields(fault);
  const bound = shape === undefined ? undefined : bindMembers(shape, fault.fields ?? {}, status);
  const fields = shape === undefined ? {} : toJson(shape, bound?.body, { path: '', naming });
  // Exactly one of the two spellings: the model's, and `message` where the error is not modelled.
  const messageKey =
    shape !== undefined && [...shape.structIterator()].some(([member]) => member === 'Message')
      ? 'Message'
      : 'message';
  const body = {
    ...(service?.protocol === 'restJson'
      ? {}
      : { __type: service === undefined ? name : (shape?.getName(true) ?? name) }),
    [messageKey]: fault.message,
    ...(typeof fields === 'object' ? fields : {}),
  };
  const version = service?.jsonVersion;
  const code = queryCode(shape) ?? fault.code;
  return {
    status,
    headers: {
      'content-type': version ? `application/x-amz-json-${version}` : 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': name,
      ...(service?.queryCompatible === true
        ? { 'x-amzn-query-error': `${code};${status >= 500 ? 'Receiver' : 'Sender'}` }
        : {}),
      ...bound?.headers,
    },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function fieldsXml(shape: NormalizedSchema | undefined, fault: Fault): string {
  if (shape !== undefined) return writeMembers(shape, fault.fields ?? {}, '');
  refuseFields(fault);
  return '';
}

/** An error that the model does not know has no members to write; giving some is our bug. */
function refuseFields(fault: Fault): void {
  const [field] = Object.keys(fault.fields ?? {});
  if (field === undefined) return;
  throw new Error(
    `the fault ${fault.code} has the field ${field}, but the service's model has no such error`,
  );
}

function queryCode(shape: NormalizedSchema | undefined): string | undefined {
  const trait = shape?.getMergedTraits()['awsQueryError'];
  return Array.isArray(trait) && typeof trait[0] === 'string' ? trait[0] : undefined;
}

const xmlFault = ({ status, requestId }: SettledFault, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`),
});
