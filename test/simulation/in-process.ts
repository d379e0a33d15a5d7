import type { InProcessHandler } from '@cordon/local-aws';
import {
  diskInput,
  diskOutput,
  freezeInput,
  freezeOutput,
  functionName,
  inspectInput,
  inspectOutput,
  investigateInput,
  investigateOutput,
  locateInput,
  locateOutput,
  outcomesOutput,
  planInput,
  RECORDER_FUNCTION_NAME,
  recorderReply,
  recorderRequest,
  sealInput,
  sealOutput,
  stopInput,
  stopOutput,
  verifyInput,
  verifyOutput,
} from '@cordon/incident';
import {
  batchAnswer,
  buildServices,
  freeze,
  handOver,
  inspectOrLocate,
  intake,
  investigate,
  isolateNetwork,
  protect,
  queueEvent,
  recorder,
  revokeCredentials,
  seal,
  stop,
  takeCustody,
  verifyContainment,
  type Services,
} from '@cordon/responder';
import * as z from 'zod';
import { config } from '../../cordon.config.ts';

/** A step as the local organization runs it in process: the same function and schemas as the bundle, other clients. */
const inProcess = <Input, Output>(
  input: z.ZodType<Input>,
  output: z.ZodType<Output>,
  step: (input: Input, services: Services) => Promise<Output>,
): InProcessHandler => {
  // One environment's memory, as a warm function has.
  const remembered = new Map<string, string>();
  return async (event, connection) => {
    const { now, ...own } = connection;
    const services = { ...buildServices(config, own, { now, log: () => {} }), remembered };
    return output.parse(await step(input.parse(event), services));
  };
};

/** Every function of the product, by the name that its template gives it. */
export const inProcessHandlers = (): Readonly<Record<string, InProcessHandler>> => ({
  [functionName('intake')]: inProcess(queueEvent, batchAnswer, intake),
  [functionName('inspect')]: inProcess(z.union([inspectInput, locateInput]), z.union([inspectOutput, locateOutput]), inspectOrLocate),
  [functionName('protect')]: inProcess(planInput, outcomesOutput, protect),
  [functionName('freeze')]: inProcess(freezeInput, freezeOutput, freeze),
  [functionName('isolate-network')]: inProcess(planInput, outcomesOutput, isolateNetwork),
  [functionName('revoke-credentials')]: inProcess(planInput, outcomesOutput, revokeCredentials),
  [functionName('verify-containment')]: inProcess(verifyInput, verifyOutput, verifyContainment),
  [functionName('stop')]: inProcess(stopInput, stopOutput, stop),
  [functionName('hand-over')]: inProcess(diskInput, diskOutput, handOver),
  [functionName('take-custody')]: inProcess(diskInput, diskOutput, takeCustody),
  [functionName('investigate')]: inProcess(investigateInput, investigateOutput, investigate),
  [functionName('seal')]: inProcess(sealInput, sealOutput, seal),
  [RECORDER_FUNCTION_NAME]: inProcess(recorderRequest, recorderReply, recorder),
});
