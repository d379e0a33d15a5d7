import type { InProcessConnection, InProcessHandler } from '@cordon/local-aws';
import {
  capturedInput,
  captureInput,
  captureOutput,
  ARCHIVIST_FUNCTION_NAME,
  BLOCK_HASHER_FUNCTION_NAME,
  DISPOSER_FUNCTION_NAME,
  closeOpeningsInput,
  collectInput,
  collectOutput,
  diskInput,
  handOverInput,
  handOverOutput,
  diskOutput,
  dropInput,
  landInput,
  freezeInput,
  memoryInput,
  freezeOutput,
  EVIDENCE_DESK_FUNCTION_NAME,
  functionName,
  hashBlocksInput,
  hashBlocksOutput,
  hasherReply,
  hasherRequest,
  inspectInput,
  inspectOutput,
  investigateInput,
  investigateOutput,
  KEEPER_FUNCTION_NAME,
  endMachinesInput,
  endMachinesOutput,
  liftDueInput,
  liftDueOutput,
  liveInput,
  liveOutput,
  locateInput,
  locateOutput,
  openPathInput,
  openPathOutput,
  NOTIFIER_FUNCTION_NAME,
  OPERATOR_FUNCTION_NAME,
  outcomesOutput,
  planInput,
  previewInput,
  previewOutput,
  READ_WATCH_FUNCTION_NAME,
  SESSION_WATCH_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  recorderReply,
  recorderRequest,
  releaseInput,
  releaseOutput,
  replaceInput,
  replaceOutput,
  revokeInput,
  sealInput,
  sealOutput,
  stopInput,
  stopOutput,
  traceInput,
  traceOutput,
  proveInput,
  proveOutput,
  verifyInput,
  verifyOutput,
  watchInput,
  watchOutput,
  type CordonConfig,
} from '@cordon/incident';
import { HEARTBEAT_FUNCTION_NAME, heartbeatInput, heartbeatOutput } from '@cordon/incident/heartbeat';
import {
  archivistReply,
  archivistRequest,
  disposerReply,
  disposerRequest,
  keeperInput,
  keeperOutput,
  readsInput,
  readsOutput,
} from '@cordon/incident/keeping';
import { sessionWatchInput, sessionWatchOutput } from '@cordon/incident/sessions';
import {
  COVERAGE_FUNCTION_NAME,
  coverInput,
  coverOutput,
  TRIED_DUTIES,
  tryFunctionName,
  tryInput,
  tryOutput,
} from '@cordon/incident/coverage';
import {
  archivist,
  batchAnswer,
  cover,
  disposer,
  captureOrAsk,
  closeOpenings,
  openPath,
  buildServices,
  desk,
  deskAnswer,
  deskEvent,
  forInvocation,
  freezeOrMemory,
  handOverOrSweep,
  hashBlocks,
  hashParts,
  inspectOrLocate,
  intake,
  investigate,
  isolateNetwork,
  keeper,
  endMachines,
  heartbeat,
  liftDue,
  noteReads,
  noticesInput,
  noticesOutput,
  notifierBy,
  operator,
  operatorAnswer,
  operatorEvent,
  protect,
  queueEvent,
  recorder,
  release,
  replace,
  revokeCredentials,
  seal,
  sessionWatch,
  stop,
  takeCustody,
  traceOrCollect,
  tryDuty,
  verifyOrProve,
  watch,
  type Post,
  type Services,
} from '@cordon/responder';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { virtualRetries } from './virtual-retries.ts';

/** What a test may change about the handlers. */
export interface InProcessOptions {
  /** The deployment's configuration; the drill's when absent. */
  readonly config?: CordonConfig;
  /** Why the policy that was written cannot be used; `config` then holds the one that asks. */
  readonly policyProblem?: string | undefined;
  /** Given each line that a function writes to its log. */
  readonly log?: (line: object) => void;
  /** Asked before each call of a function: true ends its process there, between two calls. */
  readonly dies?: (functionName: string) => boolean;
  /** The receiver of the webhook; nobody answers when absent. */
  readonly post?: Post | undefined;
}

/** A function's process that ended between two calls; Lambda reports it under this name. */
class ExitError extends Error {
  override readonly name = 'Runtime.ExitError';
}

/** Lets calls through until the process dies; from then on none is sent and none is answered. */
const mortal = (
  transport: InProcessConnection['requestHandler'],
  dies: () => boolean,
): { readonly transport: InProcessConnection['requestHandler']; readonly death: Promise<never> } => {
  let dead = false;
  const { promise: death, reject } = Promise.withResolvers<never>();
  const handle: typeof transport.handle = (request, options) => {
    if (!dead && dies()) {
      dead = true;
      reject(new ExitError('the process ended between two calls'));
    }
    return dead ? new Promise(() => {}) : transport.handle(request, options);
  };
  // It is raced against the step; a process that lives leaves it pending.
  death.catch(() => {});
  return { transport: { ...transport, handle }, death };
};

/** A step as the local organization runs it in process: the same function and schemas as the bundle, other clients. */
interface Step<Input, Output> {
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  readonly act: (input: Input, services: Services) => Promise<Output>;
}

type InProcessStep = (name: string, options: InProcessOptions) => InProcessHandler;

const inProcess =
  <Input, Output>({ input, output, act }: Step<Input, Output>): InProcessStep =>
  (name, { config = deployed, dies = () => false, log = () => {}, policyProblem }) => {
    // One environment's memory, as a warm function has.
    const remembered = new Map<string, string>();
    return async (event, { region, credentials, requestHandler, now, sleep }) => {
      const { transport, death } = mortal(requestHandler, () => dies(name));
      const own = { region, credentials, requestHandler: transport, retryStrategy: virtualRetries(sleep) };
      const built = buildServices(config, own, { now, log, policyProblem });
      const services = { ...forInvocation(built), remembered };
      return output.parse(await Promise.race([act(input.parse(event), services), death]));
    };
  };

const planStep = (act: typeof protect): InProcessStep =>
  inProcess({ input: planInput, output: outcomesOutput, act });
const diskStep = (act: typeof takeCustody): InProcessStep =>
  inProcess({ input: diskInput, output: diskOutput, act });

/** By the name that its template gives each. */
const STEPS_IN_PROCESS: Readonly<Record<string, InProcessStep>> = {
  [functionName('intake')]: inProcess({ input: queueEvent, output: batchAnswer, act: intake }),
  [functionName('inspect')]: inProcess({
    input: z.union([inspectInput, previewInput, locateInput]),
    output: z.union([inspectOutput, previewOutput, locateOutput]),
    act: inspectOrLocate,
  }),
  [functionName('protect')]: planStep(protect),
  [functionName('freeze')]: inProcess({
    input: z.union([freezeInput, memoryInput, capturedInput]),
    output: freezeOutput,
    act: freezeOrMemory,
  }),
  [functionName('isolate-network')]: planStep(isolateNetwork),
  [functionName('revoke-credentials')]: inProcess({
    input: revokeInput,
    output: outcomesOutput,
    act: revokeCredentials,
  }),
  [functionName('trace-sessions')]: inProcess({
    input: z.union([collectInput, traceInput]),
    output: z.union([traceOutput, collectOutput]),
    act: traceOrCollect,
  }),
  [functionName('verify-containment')]: inProcess({
    input: z.union([proveInput, verifyInput]),
    output: z.union([proveOutput, verifyOutput]),
    act: verifyOrProve,
  }),
  [functionName('open-path')]: inProcess({ input: openPathInput, output: openPathOutput, act: openPath }),
  [functionName('close-openings')]: inProcess({
    input: closeOpeningsInput,
    output: outcomesOutput,
    act: closeOpenings,
  }),
  [functionName('capture-memory')]: inProcess({
    input: z.union([captureInput, dropInput, landInput, liveInput]),
    output: z.union([captureOutput, liveOutput]),
    act: captureOrAsk,
  }),
  [functionName('stop')]: inProcess({ input: stopInput, output: stopOutput, act: stop }),
  [functionName('replace')]: inProcess({ input: replaceInput, output: replaceOutput, act: replace }),
  [functionName('hand-over')]: inProcess({
    input: handOverInput,
    output: handOverOutput,
    act: handOverOrSweep,
  }),
  [functionName('take-custody')]: diskStep(takeCustody),
  [functionName('hash-blocks')]: inProcess({
    input: hashBlocksInput,
    output: hashBlocksOutput,
    act: hashBlocks,
  }),
  [BLOCK_HASHER_FUNCTION_NAME]: inProcess({
    input: hasherRequest,
    output: hasherReply,
    act: hashParts,
  }),
  [functionName('investigate')]: inProcess({
    input: investigateInput,
    output: investigateOutput,
    act: investigate,
  }),
  [functionName('seal')]: inProcess({ input: sealInput, output: sealOutput, act: seal }),
  [functionName('release')]: inProcess({ input: releaseInput, output: releaseOutput, act: release }),
  [functionName('end-machines')]: inProcess({
    input: endMachinesInput,
    output: endMachinesOutput,
    act: endMachines,
  }),
  [functionName('lift-due')]: inProcess({ input: liftDueInput, output: liftDueOutput, act: liftDue }),
  [HEARTBEAT_FUNCTION_NAME]: inProcess({ input: heartbeatInput, output: heartbeatOutput, act: heartbeat }),
  [functionName('watch')]: inProcess({ input: watchInput, output: watchOutput, act: watch }),
  [OPERATOR_FUNCTION_NAME]: inProcess({ input: operatorEvent, output: operatorAnswer, act: operator }),
  [NOTIFIER_FUNCTION_NAME]: (name, options) =>
    inProcess({
      input: noticesInput,
      output: noticesOutput,
      act: notifierBy(options.post ?? (() => Promise.reject(new Error('nobody answers')))),
    })(name, options),
  [RECORDER_FUNCTION_NAME]: inProcess({ input: recorderRequest, output: recorderReply, act: recorder }),
  [READ_WATCH_FUNCTION_NAME]: inProcess({ input: readsInput, output: readsOutput, act: noteReads }),
  [SESSION_WATCH_FUNCTION_NAME]: inProcess({
    input: sessionWatchInput,
    output: sessionWatchOutput,
    act: sessionWatch,
  }),
  [KEEPER_FUNCTION_NAME]: inProcess({ input: keeperInput, output: keeperOutput, act: keeper }),
  [ARCHIVIST_FUNCTION_NAME]: inProcess({ input: archivistRequest, output: archivistReply, act: archivist }),
  [DISPOSER_FUNCTION_NAME]: inProcess({ input: disposerRequest, output: disposerReply, act: disposer }),
  [COVERAGE_FUNCTION_NAME]: inProcess({ input: coverInput, output: coverOutput, act: cover }),
  ...Object.fromEntries(
    TRIED_DUTIES.map((duty) => [
      tryFunctionName(duty),
      inProcess({ input: tryInput, output: tryOutput, act: tryDuty }),
    ]),
  ),
  [EVIDENCE_DESK_FUNCTION_NAME]: inProcess({ input: deskEvent, output: deskAnswer, act: desk }),
};

/** Every function of the product, by name, each with its own warm memory. */
export const inProcessHandlers = (
  options: InProcessOptions = {},
): Readonly<Record<string, InProcessHandler>> =>
  Object.fromEntries(Object.entries(STEPS_IN_PROCESS).map(([name, step]) => [name, step(name, options)]));
