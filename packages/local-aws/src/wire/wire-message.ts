/** One HTTP request as it arrived, before any meaning is read into it. */
export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as sent, still percent-encoded: `/path?query`. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One HTTP answer, ready to be sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Which operation of which service: the service is its SigV4 signing name (`ec2`, `states`, `events`, `s3`, ...). */
export interface OperationName {
  readonly service: string;
  readonly operation: string;
  /** Set where services share the signing name, such as `2012-06-01` of Classic Load Balancers. */
  readonly apiVersion?: string;
}

/** One API call, read from the wire. */
export interface DecodedCall extends OperationName {
  /** Typed as the SDK's command input: dates are `Date`, blobs are `Uint8Array`. */
  readonly input: Record<string, unknown>;
  /** The Region of the signature's scope; global services sign with `us-east-1`. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  /** Whether the signature came in the query string. */
  readonly presigned: boolean;
}

/** What `encodeFault` sends: an AWS error code and message, and the modelled members of the error shape. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** HTTP status; by default the one that the service's model gives the code. */
  readonly status?: number;
  /** Modelled members of the error shape besides its message, e.g. `CancellationReasons`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * A request that the wire itself refuses (unknown operation, malformed value, missing member).
 * It is both an `OperationName` and a `Fault`, so `encodeFault(catalog, fault, fault, requestId)` answers it.
 */
export class WireFault extends Error implements OperationName, Fault {
  readonly service: string;
  /** Empty when the request did not get as far as naming one. */
  readonly operation: string;
  readonly apiVersion?: string;
  readonly code: string;
  readonly status: number;

  constructor(name: OperationName, fault: Fault & { readonly status: number }) {
    super(fault.message);
    this.name = 'WireFault';
    this.service = name.service;
    this.operation = name.operation;
    if (name.apiVersion !== undefined) this.apiVersion = name.apiVersion;
    this.code = fault.code;
    this.status = fault.status;
  }
}

/** Why a value could not be read; `decode` turns it into the code that the service would use. */
export class WireProblem extends Error {
  readonly kind: 'unknown' | 'malformed' | 'missing';
  /** Where: `TagSpecifications.1.Tags`. */
  readonly path: string;

  constructor(kind: WireProblem['kind'], path: string, message: string) {
    super(message);
    this.name = 'WireProblem';
    this.kind = kind;
    this.path = path;
  }
}
