import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { invokeLater } from './invoke-later.ts';
import { findFunction, functionArn, readFunctionName, type FunctionPlace } from './state.ts';

/** 6 MB for what is answered, 1 MB for what is queued. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576 };

const placeOf = (input: InvokeCommandInput, call: Call): FunctionPlace | undefined =>
  readFunctionName(input.FunctionName ?? '', { account: call.caller.account, region: call.region });

const payloadOf = (input: InvokeCommandInput, limit: number): string => {
  // The wire gives bytes; the SDK's type also has what its own client would turn into bytes.
  const bytes: unknown = input.Payload ?? new Uint8Array();
  if (!(bytes instanceof Uint8Array))
    throw new Error(`Invoke: Payload is ${typeof bytes}; want Uint8Array, as the wire gives it`);
  if (bytes.length > limit) {
    throw new ServiceFault(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      { status: 413 },
    );
  }
  const text = bytes.length === 0 ? '{}' : Buffer.from(bytes).toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new ServiceFault(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    );
  }
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke = operation<
  InvokeCommandInput,
  Omit<InvokeCommandOutput, '$metadata' | 'Payload'> & { readonly Payload?: Uint8Array }
>({
  checks: (input, call) => {
    const place = placeOf(input, call);
    if (place === undefined) return [];
    // `lambda:FunctionArn` is a key of event source mappings alone.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    const resource = functionArn(call.world, place);
    return [{ action: 'lambda:InvokeFunction', resource, account: place.account }];
  },
  run: async (input, call) => {
    acceptMembers(input, 'Invoke', ['FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier']);
    if (input.LogType === 'Tail') throw unimplemented('LogType Tail', 'Invoke');
    const place = placeOf(input, call);
    if (place === undefined)
      throw new ServiceFault(
        'ValidationException',
        `Value '${String(input.FunctionName)}' at 'functionName' is not a function name or ARN`,
      );
    const qualifier = input.Qualifier ?? place.qualifier;
    const arn = functionArn(call.world, place);
    // Versions and aliases cannot be deployed here, so that no other qualifier exists.
    const fn = findFunction(call.world, arn);
    if (fn === undefined || qualifier !== '$LATEST' || place.region !== call.region) {
      throw new ServiceFault(
        'ResourceNotFoundException',
        `Function not found: ${arn}${qualifier === '$LATEST' ? '' : `:${qualifier}`}`,
        { status: 404 },
      );
    }
    switch (input.InvocationType ?? 'RequestResponse') {
      case 'DryRun':
        return { StatusCode: 204 };
      case 'Event':
        invokeLater(call, fn, payloadOf(input, LIMIT_BYTES.Event)).catch((error: unknown) =>
          call.timeline.fail(error),
        );
        return { StatusCode: 202 };
      case 'RequestResponse': {
        const { payload, error } = await call.host.invokeFunction(
          arn,
          payloadOf(input, LIMIT_BYTES.RequestResponse),
        );
        return {
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          Payload: Buffer.from(payload),
          ...(error === undefined ? {} : { FunctionError: error }),
        };
      }
      default:
        throw new ServiceFault(
          'InvalidParameterValueException',
          `InvocationType ${String(input.InvocationType)} is not one of RequestResponse, Event, DryRun`,
        );
    }
  },
});
