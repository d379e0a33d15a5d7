import { decide } from './authorize.ts';
import { ServiceFault } from './fault.ts';
import type { Ids } from './ids.ts';
import type { JournalCheck } from './journal.ts';
import type { Call, Caller, Check, Host, InternalRequest, Service } from './operation.ts';
import type { Timeline } from './timeline.ts';
import type { World } from './world.ts';

/** Everything that operations act in and on. */
export interface Stage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly services: readonly Service[];
  readonly host: Host;
}

/** Who is told of each check as it is decided. */
export interface Recording {
  readonly requestId: string;
  readonly checked: (check: JournalCheck) => void;
}

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
  const { world, timeline, ids, host, services } = stage;
  const { caller, region, service, operation } = request;
  const implementation = services.find(({ name }) => name === service)?.operations[operation];
  if (implementation === undefined) {
    throw new ServiceFault(
      'NotImplemented',
      `the local organization does not implement ${service} ${operation}`,
      { status: 501 },
    );
  }
  const judge = (check: Check) => {
    const decision = decide({ world, services, caller, region, now: timeline.now() }, check);
    recording.checked({
      action: check.action,
      resource: check.resource,
      verdict: decision.verdict,
      why: decision.why,
      assumed: check.assumed === true,
    });
    return decision;
  };
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
    if (decision.verdict === 'deny') throw denied(service, { caller, check, why: decision.why });
  }
  return implementation.run(input, call);
};

/** The caller as CloudTrail would write it. */
export const arnOf = (caller: Caller): string => {
  const { principal } = caller;
  switch (principal.kind) {
    case 'role-session':
      return principal.sessionArn;
    case 'user':
      return principal.arn;
    case 'root':
      return `arn:aws:iam::${principal.account}:root`;
    case 'service':
      return principal.service;
  }
};

/** What each service answers to a caller that may not; `AccessDeniedException` where nothing else is written here. */
const DENIAL: Readonly<Record<string, string>> = {
  ec2: 'UnauthorizedOperation',
  sns: 'AuthorizationError',
  sts: 'AccessDenied',
  iam: 'AccessDenied',
  s3: 'AccessDenied',
  autoscaling: 'AccessDenied',
  cloudformation: 'AccessDenied',
};

/** Codes per service. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const denied = (
  service: string,
  refusal: { readonly caller: Caller; readonly check: Check; readonly why: string },
): ServiceFault => {
  const { caller, check, why } = refusal;
  const text = `User: ${arnOf(caller)} is not authorized to perform: ${check.action} on resource: ${check.resource} because ${why}`;
  const message = service === 'ec2' ? `You are not authorized to perform this operation. ${text}` : text;
  return new ServiceFault(DENIAL[service] ?? 'AccessDeniedException', message, {
    status: service === 'kms' || service === 'dynamodb' ? 400 : 403,
  });
};
