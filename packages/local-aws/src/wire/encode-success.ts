import { modelOf, type Catalog, type OperationModel, type ServiceModel } from './catalog.ts';
import { toJson } from './json-values.ts';
import { restResponse } from './rest-response.ts';
import type { OperationName, WireResponse } from './wire-message.ts';
import { escapeXml, writeMembers } from './xml-writer.ts';

/** An SDK-typed structure. */
type Struct = Readonly<Record<string, unknown>>;

/**
 * Writes the answer of a call as its service would send it. `output` is typed as the SDK's command output, without `$metadata`.
 * Throws a plain Error when the output has a member or a type that the operation's schema lacks: a bug of the organization.
 */
export function encodeSuccess(
  catalog: Catalog,
  call: OperationName,
  output: object,
  requestId: string,
): WireResponse {
  const service = modelOf(catalog, call);
  const operation = service?.operations.get(call.operation);
  if (service === undefined || operation === undefined) {
    throw new Error(`cannot answer ${call.service}:${call.operation}: the catalog was loaded without it`);
  }
  const value: Struct = { ...output };
  switch (service.protocol) {
    case 'ec2Query':
      return xmlResponse(ec2Body(service, operation, { value, requestId }), requestId);
    case 'awsQuery':
      return xmlResponse(queryBody(service, operation, { value, requestId }), requestId);
    case 'awsJson':
      return {
        status: 200,
        headers: {
          'content-type': `application/x-amz-json-${service.jsonVersion}`,
          'x-amzn-requestid': requestId,
        },
        body: Buffer.from(jsonBody(operation, value)),
      };
    case 'restJson':
    case 'restXml':
      return restResponse(service, operation, { value, requestId });
  }
}

function jsonBody(operation: OperationModel, value: Struct): string {
  if (operation.output.isUnitSchema()) return unitBody(operation, value, '');
  return JSON.stringify(toJson(operation.output, value, { path: '', naming: 'member' }));
}

function ec2Body(
  service: ServiceModel,
  { name, output }: OperationModel,
  answer: { value: Struct; requestId: string },
): string {
  const members = output.isUnitSchema()
    ? unitBody({ name, output }, answer.value, '<return>true</return>')
    : writeMembers(output, answer.value, '');
  const id = `<requestId>${escapeXml(answer.requestId)}</requestId>`;
  return `<${name}Response xmlns="${service.xmlNamespace}/">${id}${members}</${name}Response>`;
}

function queryBody(
  service: ServiceModel,
  { name, output }: OperationModel,
  answer: { value: Struct; requestId: string },
): string {
  const result = output.isUnitSchema()
    ? unitBody({ name, output }, answer.value, '')
    : `<${name}Result>${writeMembers(output, answer.value, '')}</${name}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${escapeXml(answer.requestId)}</RequestId></ResponseMetadata>`;
  return `<${name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${name}Response>`;
}

/** The body of an operation that answers nothing: an output that has something is our bug. */
function unitBody({ name }: Pick<OperationModel, 'name' | 'output'>, value: Struct, body: string): string {
  const [extra] = Object.keys(value);
  if (extra !== undefined)
    throw new Error(`the answer of ${name} has ${extra}, but the operation has no output`);
  return body;
}

const xmlResponse = (body: string, requestId: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`),
});
