import { authorize as byPolicies } from '@cordon/iam';
import type { Stack } from '@cordon/templates';
import { Gateway } from './core/gateway.ts';
import { Identities } from './core/identities.ts';
import { seededIds, type Ids } from './core/ids.ts';
import { emptyJournal, type Journal } from './core/journal.ts';
import { makeHost, type ServiceDuties } from './core/make-host.ts';
import type { Credentials, Host, Service } from './core/operation.ts';
import { Timeline } from './core/timeline.ts';
import { World } from './core/world.ts';
import { deployTemplate, type DeployStage, type DeployTarget } from './deploy-template.ts';
import type { OrganizationOptions } from './organization-options.ts';
import { allServices } from './services.ts';
import { recordCall } from './services/cloudtrail/record-call.ts';
import { receiveEvent } from './services/events/receive-event.ts';
import { addRole } from './services/iam/build.ts';
import { iamState } from './services/iam/state.ts';
import { FunctionPool } from './services/lambda/function-pool.ts';
import { InProcessRuntime } from './services/lambda/in-process-runtime.ts';
import type { LambdaRuntime } from './services/lambda/runtime.ts';
import { WorkerRuntime } from './services/lambda/worker-runtime.ts';
import { organizationState } from './services/organizations/state.ts';
import { STATES_DURATIONS } from './services/states/durations.ts';
import { startExecution } from './services/states/executions.ts';
import { statesState, type Execution } from './services/states/state.ts';
import { stackHost } from './stack-host.ts';
import { requestHandler, serve, type InProcessRequestHandler, type Listener } from './wire/index.ts';

/** The model's figure for one API call. */
const CALL_LATENCY_MS = 100;
/** The longest that a role session of the organization's own making lives. */
const SESSION_SECONDS = 43_200;
const ADMINISTRATOR = 'OrganizationAdministrator';

/** An AWS Organization in this process. */
export interface Organization {
  readonly world: World;
  readonly timeline: Timeline;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly host: Host;
  readonly services: readonly Service[];
  /** For clients in this process that are no function: an operator, an attacker, a test. Give it as `requestHandler`. */
  readonly requestHandler: InProcessRequestHandler;
  /** Deploys a synthesized template. Throws on whatever is not implemented, by name. */
  deploy(templateJson: unknown, where: DeployTarget): Stack;
  /** A session of a role, or of an all-powerful role of the account that is made when first asked for. */
  credentialsFor(account: string, role: { readonly arn: string } | 'administrator'): Credentials;
  /** Listens on loopback for clients of other processes; time passes only in `run`. */
  serve(port?: number): Promise<Listener>;
  /** Lets virtual time pass until `until()` holds, nothing but recurring schedules is left to happen, or `limitMs` (virtual epoch ms) is reached. */
  run(until?: () => boolean, limitMs?: number): Promise<'done' | 'idle' | 'limit'>;
  /** Lets virtual time pass while `work` calls the organization through `requestHandler`; gives what it gives. */
  during<Value>(work: () => Promise<Value>): Promise<Value>;
  /** All executions of all state machines, in order of account, machine and start. */
  executions(): readonly Execution[];
  /** Ends workers and listeners. */
  close(): Promise<void>;
}

const makeWorld = (options: OrganizationOptions): World => {
  const { organizationId, managementAccount, regions, delegatedAdministrators } = options;
  const world = new World({
    organizationId,
    managementAccount,
    partition: 'aws',
    regions,
    delegatedAdministrators,
  });
  const root = `${organizationId}/${options.rootId ?? 'r-root'}/`;
  const { accountTags, units } = world.of(organizationState, '', '');
  for (const { id, name, path = root, tags = {} } of options.accounts) {
    world.accounts.set(id, { id, name, path, state: 'ACTIVE' });
    accountTags.set(id, new Map(Object.entries(tags)));
  }
  for (const { path, name, tags = {} } of options.units ?? []) {
    if (!path.startsWith(root) || !path.endsWith('/') || path === root)
      throw new Error(`unit ${name}: path ${path}; want one below ${root} that ends with /`);
    units.set(path.split('/').at(-2) ?? '', { name, path, tags: new Map(Object.entries(tags)) });
  }
  if (!world.accounts.has(managementAccount))
    throw new Error(`managementAccount ${managementAccount} is not among accounts: add it there`);
  return world;
};

const administratorOf = (on: Pick<Organization, 'world' | 'ids' | 'timeline'>, account: string): string => {
  const known = on.world.of(iamState, account, '').roles.get(ADMINISTRATOR);
  if (known !== undefined) return known.arn;
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
  };
  return addRole(
    on.world,
    {
      account,
      name: ADMINISTRATOR,
      trust: { Version: '2012-10-17', Statement: [trust] },
      inline: { everything: { Version: '2012-10-17', Statement: [allow] } },
    },
    { ids: on.ids, now: on.timeline.now() },
  ).arn;
};

/** Runs work of nobody's: time moves when all that it waits for is outstanding requests. */
const duringWork = async <Value>(
  timeline: Timeline,
  outside: { readonly outstanding: number },
  work: () => Promise<Value>,
): Promise<Value> => {
  let ended = false;
  const forget = timeline.add({
    name: 'work outside of functions',
    blocked: () => ended || outside.outstanding > 0,
  });
  // In a promise from the start: work that throws at once must end its runner as well.
  const result = (async () => work())().finally(() => {
    ended = true;
    forget();
  });
  // It is awaited below; until then a failure must not count as unhandled.
  result.catch(() => {});
  const how = await timeline.run(() => ended);
  if (how !== 'done')
    throw new Error(`work outside of functions waits for something that never happens: time is ${how}`);
  return result;
};

/** What belongs to one service each, and what ends with the organization. */
const startServices = (
  options: OrganizationOptions,
  stage: Pick<Organization, 'world' | 'timeline' | 'ids' | 'host' | 'journal'>,
  { receive, deploying }: { readonly receive: Gateway['receive']; readonly deploying: () => DeployStage },
): { readonly duties: ServiceDuties; readonly runtime: LambdaRuntime } => {
  const { coldStartMs, warmStartMs, transitionMs = STATES_DURATIONS.transitionMs } = options;
  const runtime = runtimeOf(options, { timeline: stage.timeline, receive });
  const pool = new FunctionPool({
    ...stage,
    runtime,
    ...(coldStartMs === undefined ? {} : { coldStartMs }),
    ...(warmStartMs === undefined ? {} : { warmStartMs }),
  });
  const duties: ServiceDuties = {
    invokeFunction: (arn, payload) => pool.invoke(arn, payload),
    deliverEvent: (busArn, event) => receiveEvent(stage, busArn, event),
    send: receive,
    startExecution: (arn, name, input) =>
      startExecution({ ...stage, transitionMs }, arn, { name, input }).arn,
    stacks: stackHost(deploying),
  };
  return { duties, runtime };
};

const executionsOf = (world: World): readonly Execution[] =>
  world
    .all(statesState)
    .flatMap(({ state }) =>
      [...state.machines.values()].flatMap(({ executions }) => [...executions.values()]),
    );

/** Counts the requests of clients that are no function. */
const receiveFromOutside =
  (timeline: Timeline, outside: { outstanding: number }, receive: Gateway['receive']): Gateway['receive'] =>
  async (request) => {
    outside.outstanding += 1;
    timeline.touch();
    const response = await receive(request);
    outside.outstanding -= 1;
    timeline.touch();
    return response;
  };

/** Makes an organization with its accounts, all empty. Rejects when the options contradict each other. */
export const createOrganization = async (options: OrganizationOptions): Promise<Organization> => {
  const world = makeWorld(options);
  const timeline = new Timeline(Date.parse(options.startAt));
  const ids = seededIds(options.seed);
  const journal = emptyJournal();
  const identities = new Identities(ids);
  const services = allServices;
  const { authorize = byPolicies } = options;
  const host = makeHost(
    { world, timeline, ids, identities, journal, services, authorize },
    () => started.duties,
  );
  const stage = { world, timeline, ids, host, journal };
  const { latencyMs = CALL_LATENCY_MS, faults, ssmParameters = {} } = options;
  const gateway = new Gateway({
    ...stage,
    identities,
    services,
    authorize,
    latencyMs: typeof latencyMs === 'number' ? () => latencyMs : latencyMs,
    ...(faults === undefined ? {} : { faults }),
    record: (ended) => recordCall(stage, ended, options.trails === true),
  });
  const receive: Gateway['receive'] = (request, from) => gateway.receive(request, from);
  const deploying: DeployStage = { ...stage, services, exports: new Map(), ssmParameters };
  const started = startServices(options, stage, { receive, deploying: () => deploying });
  const outside = { outstanding: 0 };
  const listeners: Listener[] = [];
  return {
    ...stage,
    services,
    requestHandler: requestHandler(receiveFromOutside(timeline, outside, receive)),
    deploy: (templateJson, where) => deployTemplate(deploying, templateJson, where),
    credentialsFor: (account, role) => {
      const arn = role === 'administrator' ? administratorOf(stage, account) : role.arn;
      return host.issueCredentials(host.callerForRole(arn, 'session'), SESSION_SECONDS);
    },
    serve: async (port) => {
      const listener = await serve(
        receiveFromOutside(timeline, outside, receive),
        port === undefined ? {} : { port },
      );
      listeners.push(listener);
      return listener;
    },
    run: (until, limitMs) => timeline.run(until, limitMs),
    during: (work) => duringWork(timeline, outside, work),
    executions: () => executionsOf(world),
    close: async () => {
      await Promise.all([started.runtime.close(), ...listeners.map((listener) => listener.close())]);
    },
  };
};

const runtimeOf = (
  { runtime, print }: OrganizationOptions,
  on: { readonly timeline: Timeline; readonly receive: Gateway['receive'] },
): LambdaRuntime =>
  runtime === 'workers'
    ? new WorkerRuntime({ ...on, ...(print === undefined ? {} : { print }) })
    : new InProcessRuntime({ ...on, handlers: runtime.inProcess });
