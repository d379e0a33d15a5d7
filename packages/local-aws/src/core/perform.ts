import { decide, type Asking, type Authorize } from './authorize.ts';
import { sessionTokenRefusal } from '../services/sts/get-session-token.ts';
import { denied } from './denied.ts';
import { endpointRoute } from './endpoint-route.ts';
import { ServiceFault } from './fault.ts';
import type { Ids } from './ids.ts';
import type { JournalCheck } from './journal.ts';
import type { Call, Host, InternalRequest, Service } from './operation.ts';
import type { Timeline } from './timeline.ts';
import type { World } from './world.ts';

/** Everything that operations act in and on. */
export interface Stage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly services: readonly Service[];
  readonly host: Host;
  /** Decides every check. */
  readonly authorize: Authorize;
}

/** Who is told of each check as it is decided. */
export interface Recording {
  readonly requestId: string;
  readonly checked: (check: JournalCheck) => void;
}

/** Decides the checks of one request, and records each. */
const judgeOf = (stage: Stage, request: InternalRequest, recording: Recording): Call['decide'] => {
  const { world, services, timeline, authorize } = stage;
  const { caller, region, service } = request;
  const implementation = services.find(({ name }) => name === service)?.operations[request.operation];
  const through =
    implementation?.publicOnly === true ? undefined : endpointRoute(world, caller, { service, region });
  return (check) => {
    // What the called service has another check (a key, a role passed) does not come through the caller's endpoint.
    const other = services.find(({ name }) => name !== service && check.action.startsWith(`${name}:`));
    const asking: Asking = { world, services, caller, region, now: timeline.now(), authorize };
    const route = through === undefined || other !== undefined ? {} : { through };
    const decision = decide({ ...asking, ...route }, check);
    recording.checked({
      action: check.action,
      resource: check.resource,
      account: check.account ?? caller.account,
      context: check.context ?? {},
      verdict: decision.verdict,
      layer: decision.layer,
      decisive: decision.decisive,
      why: decision.why,
      assumed: check.assumed === true,
    });
    return decision;
  };
};

/**
 * Authorizes a request by every policy that bears on it, then lets its operation act.
 *
 * @throws ServiceFault for what AWS would refuse; NotImplemented (501) for an operation that the organization does not have
 */
export const perform = (
  stage: Stage,
  request: InternalRequest,
  recording: Recording,
): object | Promise<object> => {
  const { world, timeline, ids, host } = stage;
  const { caller, region, service, apiVersion, operation } = request;
  const implementation = stage.services.find((one) => one.name === service && one.apiVersion === apiVersion)
    ?.operations[operation];
  if (implementation === undefined) {
    throw new ServiceFault(
      'NotImplemented',
      `the local organization does not implement ${service} ${operation}`,
      { status: 501 },
    );
  }
  const outOfReach = sessionTokenRefusal(caller, request);
  if (outOfReach !== undefined) throw outOfReach;
  const judge = judgeOf(stage, request, recording);
  const call: Call = {
    world,
    timeline,
    ids,
    host,
    caller,
    region,
    requestId: recording.requestId,
    now: timeline.now(),
    decide: judge,
  };
  // Every operation was declared through `operation`, whose input type is the SDK's own for this operation's name.
  const input = request.input as never;
  for (const check of implementation.checks(input, call)) {
    const decision = judge(check);
    if (decision.verdict === 'deny') throw denied(service, { caller, check, decision });
  }
  return implementation.run(input, call);
};
