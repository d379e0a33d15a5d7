import { seededIds, type Ids } from '../core/ids.ts';
import { ServiceFault } from '../core/fault.ts';
import type { Created } from '@cordon/templates';
import type {
  Call,
  Caller,
  Check,
  Deployment,
  Host,
  Removing,
  ResourcePolicy,
  Service,
} from '../core/operation.ts';
import { Timeline } from '../core/timeline.ts';
import { World } from '../core/world.ts';
import { removalOf } from '../stack-removal.ts';

/** Two accounts, one Region and the start of time in every test of a service. */
export const ACCOUNT = '111111111111';
export const OTHER_ACCOUNT = '222222222222';
export const REGION = 'eu-west-1';
/** 2026-01-01T00:00:00Z as epoch milliseconds. */
export const START = 1_767_225_600_000;

/** A world with two accounts of one organization; `ACCOUNT` is the management account. */
export const testWorld = (): World => {
  const world = new World({
    organizationId: 'o-test000000',
    managementAccount: ACCOUNT,
    partition: 'aws',
    regions: [REGION, 'us-east-1'],
    delegatedAdministrators: [],
  });
  world.accounts.set(ACCOUNT, {
    id: ACCOUNT,
    name: 'management',
    path: 'o-test000000/r-test/',
    state: 'ACTIVE',
  });
  world.accounts.set(OTHER_ACCOUNT, {
    id: OTHER_ACCOUNT,
    name: 'workload',
    path: 'o-test000000/r-test/ou-test-work/',
    state: 'ACTIVE',
  });
  return world;
};

/** The root user of an account: a caller that needs no role in the world. */
export const rootOf = (account: string): Caller => ({
  account,
  principal: { kind: 'root', account },
  accessKeyId: `AKIA${account}`,
  context: {},
  sessionPolicies: [],
  transitiveTags: {},
});

/** A session of a role, which need not be in the world. */
export const sessionOf = (
  account: string,
  roleName: string,
  sessionName: string,
  more: Partial<Caller> = {},
): Caller => ({
  ...rootOf(account),
  principal: {
    kind: 'role-session',
    account,
    roleArn: `arn:aws:iam::${account}:role/${roleName}`,
    sessionArn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    roleId: `AROATESTTEST${roleName.toUpperCase()}`,
    sessionName,
  },
  ...more,
});

const unexpected = (name: string) => (): never => {
  throw new Error(`host.${name} was called in a test that gives no such function: pass it in options.host`);
};

/** What a test may set; everything has a default. */
export interface BenchOptions {
  /** Answers every check; default: allow. */
  readonly decide?: (check: Check) => 'allow' | 'deny';
  readonly host?: Partial<Host>;
  readonly caller?: Caller;
  readonly region?: string;
}

/** Who performs an operation, and where, when not the bench's own caller. */
export interface As {
  readonly caller?: Caller;
  readonly region?: string;
}

/** One service of the local organization, called as the gateway calls it but without wire and credentials. */
export interface Bench {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Host;
  /** Every check that was decided, in order. */
  readonly checks: Check[];
  /** Performs an operation; rejects with ServiceFault (`AccessDenied` when `decide` denies a check). */
  perform<Output extends object>(operation: string, input: object, as?: As): Promise<Output>;
  /** The checks an operation makes for an input, without performing it. */
  checksOf(operation: string, input: object, as?: As): readonly Check[];
  /** Creates a CloudFormation resource of the service in the caller's account and Region. */
  create(
    type: string,
    properties: Readonly<Record<string, unknown>>,
  ): { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };
  /** Takes a resource away as CloudFormation does; gives the actions that this needs, and what is still to end. */
  remove(
    type: string,
    properties: Readonly<Record<string, unknown>>,
    created: Created,
  ): { readonly actions: readonly string[]; readonly removing: Removing | undefined };
  /** The policy that bears on an action on a resource; on any action when absent. */
  resourcePolicy(arn: string, action?: string): ResourcePolicy | undefined;
  /** Lets virtual time pass. */
  pass(milliseconds: number): Promise<void>;
}

const hostFor = (given: Partial<Host> = {}): Host => ({
  invokeFunction: unexpected('invokeFunction'),
  deliverEvent: unexpected('deliverEvent'),
  startExecution: unexpected('startExecution'),
  decideFor: unexpected('decideFor'),
  callerForRole: unexpected('callerForRole'),
  issueCredentials: unexpected('issueCredentials'),
  recordedCalls: unexpected('recordedCalls'),
  send: unexpected('send'),
  perform: unexpected('perform'),
  stacks: {
    create: unexpected('stacks.create'),
    make: unexpected('stacks.make'),
    update: unexpected('stacks.update'),
    remove: unexpected('stacks.remove'),
    existing: unexpected('stacks.existing'),
    removals: unexpected('stacks.removals'),
    drift: unexpected('stacks.drift'),
  },
  ...given,
});

/** Sets up `service` in a world of its own (or in `world`) for one test. */
export const bench = (service: Service, options: BenchOptions = {}, world: World = testWorld()): Bench => {
  const timeline = new Timeline(START);
  const ids = seededIds('test');
  const checks: Check[] = [];
  const host = hostFor(options.host);
  const place = (as: As = {}) => ({
    caller: as.caller ?? options.caller ?? rootOf(ACCOUNT),
    region: as.region ?? options.region ?? REGION,
  });
  const decide: Call['decide'] = (check) => {
    checks.push(check);
    const verdict = options.decide?.(check) ?? 'allow';
    return { verdict, layer: 'identity', decisive: [], why: 'the test says so' };
  };
  const callFor = (as?: As): Call => ({
    world,
    timeline,
    ids,
    ...place(as),
    requestId: ids.uuid('request'),
    now: timeline.now(),
    decide,
    host,
  });
  const named = (name: string) => {
    const found = service.operations[name];
    if (found === undefined) throw new Error(`${service.name} has no operation ${name}`);
    return found;
  };
  const deploymentHere = (): Deployment => {
    const { caller, region } = place();
    return { world, timeline, ids, account: caller.account, region, host };
  };
  const resourceOf = (type: string, properties: Readonly<Record<string, unknown>>) => ({
    logicalId: 'Tested',
    type,
    properties,
    stackName: 'test-stack',
  });
  return {
    world,
    timeline,
    ids,
    host,
    checks,
    checksOf: (name, input, as) => named(name).checks(input as never, callFor(as)),
    perform: async <Output extends object>(name: string, input: object, as?: As) => {
      const call = callFor(as);
      for (const check of named(name).checks(input as never, call)) {
        if (decide(check).verdict === 'deny')
          throw new ServiceFault('AccessDenied', `${check.action} on ${check.resource}`, { status: 403 });
      }
      return (await named(name).run(input as never, call)) as Output;
    },
    create: (type, properties) => {
      const make = service.resourceTypes?.[type];
      if (make === undefined) throw new Error(`${service.name} has no resource type ${type}`);
      return make(resourceOf(type, properties), deploymentHere());
    },
    remove: (type, properties, created) => {
      const removal = removalOf({ services: [service] }, { type });
      if (removal === undefined) throw new Error(`${service.name} cannot take ${type} away`);
      const [resource, on] = [resourceOf(type, properties), deploymentHere()];
      const actions = removal.checks(resource, created, on).map(({ action }) => action);
      return { actions, removing: removal.remove(resource, created, on) };
    },
    resourcePolicy: (arn, action = `${service.name}:*`) => service.resourcePolicy?.(arn, world, action),
    pass: (milliseconds) => timeline.pass(milliseconds),
  };
};
