import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { type HttpRoute, parseHttpRoute } from './http-route.ts';
import { CLIENT_PACKAGES, type ClientPackage } from './service-clients.ts';

/** The wire protocols spoken here, named as Smithy names them without version digits. */
type Protocol = 'awsJson' | 'awsQuery' | 'ec2Query' | 'restJson' | 'restXml';

/** One operation as its client's schemas describe it. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Only for the two REST protocols. */
  readonly route: HttpRoute | undefined;
}

/** One service as its client package describes it. */
export interface ServiceModel {
  /** SigV4 signing name. */
  readonly service: string;
  /** Such as `2012-06-01`; set only where services share the signing name. */
  readonly apiVersion?: string;
  readonly protocol: Protocol;
  /** `1.0` or `1.1` for awsJson, else empty. */
  readonly jsonVersion: string;
  /** Prefix of `X-Amz-Target` in awsJson. */
  readonly target: string;
  readonly xmlNamespace: string;
  /** Whether errors also carry the code of the service's older query protocol (SQS). */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Error shapes, by their name and by the code they have in the query protocol. */
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

/** The services that a gateway can read, by signing name, with `@` and the API version where they share it. */
export type Catalog = ReadonlyMap<string, ServiceModel>;

/** The service that a call is of, if the catalog has it. */
export const modelOf = (
  catalog: Catalog,
  { service, apiVersion }: { readonly service: string; readonly apiVersion?: string },
): ServiceModel | undefined => catalog.get(service) ?? catalog.get(`${service}@${apiVersion}`);

/** Protocol by the shape id that the client's own protocol object reports. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'aws.protocols#awsJson1_0': 'awsJson',
  'aws.protocols#awsJson1_1': 'awsJson',
  'aws.protocols#awsQuery': 'awsQuery',
  'aws.protocols#ec2Query': 'ec2Query',
  'aws.protocols#restJson1': 'restJson',
  'aws.protocols#restXml': 'restXml',
};

/**
 * Loads the schemas of the named services (SigV4 signing names; default: all that are known) from their SDK client packages.
 * Throws for a name it does not know, and for a client that has moved to a protocol this gateway does not speak.
 */
export async function loadCatalog(
  services: readonly string[] = Object.keys(CLIENT_PACKAGES),
): Promise<Catalog> {
  const models = await Promise.all(
    services.map(async (service) => {
      const load = CLIENT_PACKAGES[service];
      if (load === undefined) {
        const known = Object.keys(CLIENT_PACKAGES).join(', ');
        throw new Error(`no client package is known for the service "${service}"; wanted one of: ${known}`);
      }
      const packages = await Promise.all([load].flat().map((one) => one()));
      return packages.map((one) => readService(service, one, packages.length > 1));
    }),
  );
  return new Map(
    models
      .flat()
      .map((model) => [
        model.apiVersion === undefined ? model.service : `${model.service}@${model.apiVersion}`,
        model,
      ]),
  );
}

function readService(service: string, { exported, config }: ClientPackage, isShared: boolean): ServiceModel {
  const shapeId = config.protocol?.getShapeId() ?? 'none';
  const protocol = PROTOCOLS[shapeId];
  if (protocol === undefined) {
    throw new Error(
      `the ${service} client speaks ${shapeId}; the wire gateway must learn that protocol first`,
    );
  }
  const settings = config.protocolSettings ?? {};
  const values: readonly unknown[] = Object.values(exported);
  const operations = values.filter(isOperation).map((schema) => readOperation(schema));
  return {
    service,
    ...(isShared ? { apiVersion: text(settings['version']) } : {}),
    protocol,
    jsonVersion: protocol === 'awsJson' ? shapeId.slice(-3).replace('_', '.') : '',
    target: text(settings['serviceTarget']),
    xmlNamespace: text(settings['xmlNamespace']),
    queryCompatible: settings['awsQueryCompatible'] === true,
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    errors: new Map(values.filter(isError).flatMap((schema) => errorNames(schema))),
  };
}

function readOperation(schema: StaticOperationSchema): OperationModel {
  const [, , name, traits, input, output] = schema;
  const http = typeof traits === 'object' ? traits.http : undefined;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    route: http === undefined ? undefined : parseHttpRoute(http, NormalizedSchema.of(input)),
  };
}

function errorNames(schema: StaticErrorSchema): (readonly [string, NormalizedSchema])[] {
  const shape = NormalizedSchema.of(schema);
  const trait = shape.getMergedTraits()['awsQueryError'];
  const queryCode: unknown = Array.isArray(trait) ? trait[0] : undefined;
  const named = [schema[2], shape] as const;
  return typeof queryCode === 'string' ? [named, [queryCode, shape]] : [named];
}

const isOperation = (value: unknown): value is StaticOperationSchema =>
  Array.isArray(value) && value[0] === 9;
const isError = (value: unknown): value is StaticErrorSchema => Array.isArray(value) && value[0] === -3;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
