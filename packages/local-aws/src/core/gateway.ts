import {
  credentialsOf,
  decode,
  encodeFault,
  encodeSuccess,
  loadCatalog,
  signatureMatches,
  WireFault,
} from '../wire/index.ts';
import type { Catalog, DecodedCall, WireRequest, WireResponse } from '../wire/index.ts';
import type { EndedCall } from '../services/cloudtrail/api-call-event.ts';
import { encodeUrlFault, readUrlCall } from '../services/lambda/function-url-wire.ts';
import { arnOf } from './denied.ts';
import { ServiceFault } from './fault.ts';
import type { Identities } from './identities.ts';
import { withoutBulk, type Journal, type JournalCall, type JournalCheck } from './journal.ts';
import type { Caller, NetworkPlace } from './operation.ts';
import { perform, type Stage } from './perform.ts';

/** What goes wrong with one call: before it (throttled, failed) or after its effect (the reply is lost). */
export type InjectedFault =
  | { readonly kind: 'throttled' }
  | { readonly kind: 'server-error' }
  | { readonly kind: 'lost-reply' };

/** What a fault plan sees of a call. */
export type FaultableCall = Pick<
  JournalCall,
  'index' | 'service' | 'operation' | 'region' | 'account' | 'caller' | 'input'
>;

/** Settings of the gateway. */
export interface GatewayOptions extends Stage {
  readonly identities: Identities;
  readonly journal: Journal;
  /** Virtual milliseconds between a request and its reply. */
  readonly latencyMs: (service: string, operation: string) => number;
  /** What goes wrong with a call; nothing when absent. */
  readonly faults?: (call: FaultableCall) => InjectedFault | undefined;
  /** Told of each call of a known caller once it has taken effect, or was refused. */
  readonly record?: (ended: EndedCall) => void;
}

/** How the answer to a call is written: by the protocol of its service, or as HTTP itself. */
interface Encoding {
  readonly success: (output: object, requestId: string) => WireResponse;
  readonly fault: (error: ServiceFault | WireFault, requestId: string) => WireResponse;
}

interface Pending {
  readonly request: WireRequest;
  readonly call: DecodedCall;
  readonly encoding: Encoding;
  readonly reply: (response: WireResponse) => void;
  /** Set when the wire itself refuses the request. */
  readonly refused?: WireFault;
  /** Where its sender stands, where it is not its signer. */
  readonly from?: NetworkPlace | undefined;
}

type Entry = JournalCall & { readonly checks: JournalCheck[] };

/** Members and headers that clients fill with random values or wall time: they must not order calls. */
const RANDOM_MEMBERS = new Set([
  'ClientToken',
  'ClientRequestToken',
  'clientToken',
  'x-amz-date',
  'amz-sdk-invocation-id',
]);

const orderingText = (call: DecodedCall): string =>
  JSON.stringify(
    [call.accessKeyId, call.service, call.operation, call.region, call.input, call.apiVersion],
    (key, value: unknown) =>
      RANDOM_MEMBERS.has(key)
        ? undefined
        : value instanceof Uint8Array
          ? Buffer.from(value).toString('base64')
          : value,
  );

/**
 * One entrance for every request, from a socket or in process. Requests that arrive while others compute are held; when
 * all runners are blocked they take effect in an order that depends on their content alone, each is authorized and
 * journalled, and its reply is released when its latency has passed on the virtual clock.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #catalogs = new Map<string, Promise<Catalog>>();
  /** Requests that have arrived and cannot be read before their service's schemas are loaded. */
  #reading = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    // A request that waits for its catalog holds the clock, else its sender would seem to wait for a reply.
    options.timeline.add({ name: 'the gateway, loading a catalog,', blocked: () => this.#reading === 0 });
  }

  /** Takes a signed request; resolves with the answer when the virtual clock has reached it. Never rejects. */
  async receive(request: WireRequest, from?: NetworkPlace): Promise<WireResponse> {
    const { timeline, services } = this.#options;
    const service = credentialsOf(request)?.service ?? '';
    this.#reading += 1;
    try {
      const read =
        readUrlRequest(request) ??
        readRequest(
          await this.#catalog(services.some(({ name }) => name === service) ? service : 'sts'),
          request,
        );
      return await new Promise((reply) => {
        this.#reading -= 1;
        timeline.whenSettled(orderingText(read.call), () => this.#serve({ request, reply, from, ...read }));
      });
    } catch (error) {
      timeline.fail(error);
      return { status: 500, headers: {}, body: new Uint8Array() };
    }
  }

  #catalog(service: string): Promise<Catalog> {
    const found = this.#catalogs.get(service);
    if (found !== undefined) return found;
    const made = loadCatalog([service]);
    this.#catalogs.set(service, made);
    return made;
  }

  #serve(pending: Pending): void {
    const { timeline, journal, ids, identities, faults, latencyMs, record } = this.#options;
    const { call, encoding } = pending;
    const requestId = ids.uuid('request');
    const issued = identities.find(call.accessKeyId);
    const entry: Entry = {
      index: journal.calls.length,
      service: call.service,
      operation: call.operation,
      ...(call.apiVersion === undefined ? {} : { apiVersion: call.apiVersion }),
      region: call.region,
      account: issued?.caller.account ?? '',
      accessKeyId: call.accessKeyId,
      caller: issued === undefined ? 'unknown' : arnOf(issued.caller),
      sentAt: timeline.now(),
      input: call.input,
      checks: [],
      outcome: 'pending',
      requestId,
    };
    journal.calls.push(entry);
    const answer = (response: WireResponse, lost: boolean): void => {
      timeline.at(timeline.now() + latencyMs(call.service, call.operation), () => {
        if (!lost) entry.repliedAt = timeline.now();
        // SDKs correct their clock by this header.
        const date = new Date(timeline.now()).toUTCString();
        pending.reply(
          lost
            ? { status: 503, headers: { date }, body: new Uint8Array() }
            : { ...response, headers: { ...response.headers, date } },
        );
      });
    };
    let known: Caller | undefined;
    const ended = (): void => {
      const userAgent = pending.request.headers['user-agent'] ?? '';
      if (known !== undefined) record?.({ call: entry, caller: known, userAgent });
    };
    const refuse = (error: unknown): void => {
      if (!(error instanceof ServiceFault || error instanceof WireFault)) throw error;
      entry.outcome = { code: error.code, message: error.message };
      ended();
      answer(encoding.fault(error, requestId), false);
    };
    const injected = faults?.(entry);
    const succeed = (output: object): void => {
      entry.outcome = 'ok';
      entry.output = withoutBulk(output);
      ended();
      answer(encoding.success(output, requestId), injected?.kind === 'lost-reply');
    };
    try {
      if (pending.refused !== undefined) throw pending.refused;
      if (injected?.kind === 'throttled') throw throttled(call.service);
      if (injected?.kind === 'server-error')
        throw new ServiceFault('InternalFailure', 'an internal error', { status: 500 });
      const signer = this.#authenticate(pending);
      const caller = pending.from === undefined ? signer : { ...signer, within: pending.from };
      known = caller;
      const outcome = perform(
        this.#options,
        { ...call, caller },
        { requestId, checked: (check) => entry.checks.push(check) },
      );
      if (outcome instanceof Promise)
        outcome.then(succeed, refuse).catch((error: unknown) => timeline.fail(error));
      else succeed(outcome);
    } catch (error) {
      refuse(error);
    }
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html ; dates are not compared. */
  #authenticate({ call, request }: Pending): Caller {
    const issued = this.#options.identities.find(call.accessKeyId);
    if (issued === undefined) {
      throw new ServiceFault(
        'InvalidClientTokenId',
        'the security token included in the request is invalid',
        { status: 403 },
      );
    }
    const { credentials } = issued;
    if (!signatureMatches(request, credentials.secretAccessKey)) {
      throw new ServiceFault(
        'SignatureDoesNotMatch',
        'the request signature does not match the one computed from the secret key',
        { status: 403 },
      );
    }
    if (credentials.sessionToken !== call.sessionToken) {
      throw new ServiceFault('InvalidClientTokenId', 'the session token does not belong to the access key', {
        status: 403,
      });
    }
    if (credentials.expiresAt <= this.#options.timeline.now()) {
      throw new ServiceFault('ExpiredToken', 'the security token included in the request is expired', {
        status: 403,
      });
    }
    return issued.caller;
  }
}

type Read = Pick<Pending, 'call' | 'refused' | 'encoding'>;

const readRequest = (catalog: Catalog, request: WireRequest): Read => {
  const { call, refused } = decodedOr(catalog, request);
  return {
    call,
    encoding: {
      success: (output, requestId) => encodeSuccess(catalog, call, output, requestId),
      fault: (error, requestId) => encodeFault(catalog, call, error, requestId),
    },
    ...(refused === undefined ? {} : { refused }),
  };
};

/** A request to a function's URL: its operation answers in HTTP itself. */
const readUrlRequest = (request: WireRequest): Read | undefined => {
  const read = readUrlCall(request);
  if (read === undefined) return undefined;
  // Only the URL's own operation is called there, and its output is a WireResponse.
  return { ...read, encoding: { success: (output) => output as WireResponse, fault: encodeUrlFault } };
};

const decodedOr = (catalog: Catalog, request: WireRequest): Pick<Pending, 'call' | 'refused'> => {
  try {
    return { call: decode(catalog, request) };
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    const { service, operation, apiVersion } = error;
    const { region = '', accessKeyId = '' } = credentialsOf(request) ?? {};
    const name = { service, operation, ...(apiVersion === undefined ? {} : { apiVersion }) };
    return { call: { ...name, region, accessKeyId, input: {}, presigned: false }, refused: error };
  }
};

/** As each service says it; S3 with a status that needs no body, for a HEAD has none (S3 API reference, Error responses). */
const throttled = (service: string): ServiceFault => {
  switch (service) {
    case 'ec2':
      return new ServiceFault('RequestLimitExceeded', 'Request limit exceeded.', { status: 503 });
    case 's3':
      return new ServiceFault('SlowDown', 'Please reduce your request rate.', { status: 503 });
    default:
      return new ServiceFault('ThrottlingException', 'Rate exceeded', { status: 400 });
  }
};
