import { TAGS } from '@cordon/incident';
import { ec2State, type Ec2State } from '@cordon/local-aws';
import type { CallRow } from '../result.ts';
import { tagsAtCreation, text, texts } from './fields.ts';
import { interfacesOf, whyNotIsolating } from './isolation.ts';
import type { OurCall } from './our-calls.ts';
import type { Opened, Scene } from './scene.ts';

const repliedAt = ({ call }: Pick<OurCall, 'call'>): number => call.repliedAt ?? Number.POSITIVE_INFINITY;

/** The isolation groups that a release took away again, which only one without an interface can be: nothing tells of their rules any more. */
const isolationGroupsGone = (
  calls: Scene['calls'],
  { securityGroups }: Pick<Ec2State, 'securityGroups'>,
): ReadonlySet<string> =>
  new Set(
    calls.flatMap(({ call, ok }) => {
      const id = text(call.output, 'GroupId');
      const isOne =
        ok &&
        call.operation === 'CreateSecurityGroup' &&
        tagsAtCreation(call.input).get(TAGS.isolation) === 'true';
      return isOne && id !== undefined && !securityGroups.has(id) ? id : [];
    }),
  );

/** The first call that put each interface of the instance into an isolation group, by interface. */
export const isolatingCalls = (
  { calls, remains }: Scene,
  { account, region, instanceId, suspect }: Opened,
): ReadonlyMap<string, OurCall> => {
  const { world } = remains.organization;
  const state = world.of(ec2State, account, region);
  const interfaces = new Set([
    ...(suspect?.networkInterfaceIds ?? []),
    ...interfacesOf(world, { account, region, instanceId }).map((nic) => nic.networkInterfaceId),
  ]);
  const gone = isolationGroupsGone(calls, state);
  const first = new Map<string, OurCall>();
  for (const one of calls) {
    const { call, ok } = one;
    if (
      !ok ||
      call.operation !== 'ModifyNetworkInterfaceAttribute' ||
      one.account !== account ||
      call.region !== region
    )
      continue;
    const id = text(call.input, 'NetworkInterfaceId') ?? '';
    const [group = '', ...others] = texts(call.input, 'Groups');
    const isolates =
      others.length === 0 && (gone.has(group) || whyNotIsolating(state, account, group) === undefined);
    if (isolates && interfaces.has(id) && !first.has(id)) first.set(id, one);
  }
  return first;
};

/** The call by which the last interface was isolated; undefined while one that the instance has was isolated by none. */
export const lastIsolatingCall = (scene: Scene, opened: Opened): OurCall | undefined => {
  const isolating = isolatingCalls(scene, opened);
  const attached = interfacesOf(scene.remains.organization.world, opened);
  if (attached.some(({ networkInterfaceId }) => !isolating.has(networkInterfaceId))) return undefined;
  return [...isolating.values()].toSorted((a, b) => repliedAt(a) - repliedAt(b)).at(-1);
};

/** Calls that belong to another incident by their session's name: they are on nobody's way but its own. */
const isForeign = ({ incidents }: Scene, { duty, session, call }: OurCall, incidentId: string): boolean => {
  // A look for an instance of unknown Region goes under a name that no incident has: it is on the way.
  const named = duty === undefined ? text(call.input, 'RoleSessionName') : session;
  return named !== incidentId && incidents.some((other) => other.incidentId === named);
};

/** The key that an AssumeRole gave out. */
const issuedKey = ({ call }: OurCall): string | undefined => {
  const credentials =
    call.output !== undefined && 'Credentials' in call.output ? call.output.Credentials : undefined;
  return typeof credentials === 'object' && credentials !== null && 'AccessKeyId' in credentials
    ? String(credentials.AccessKeyId)
    : undefined;
};

/** How close a call is to the one that follows it: the same session's, the one that made the session, the one that started work. */
const closeness = (before: OurCall, after: OurCall): number => {
  if (before.call.accessKeyId !== '' && before.call.accessKeyId === after.call.accessKeyId) return 3;
  if (issuedKey(before) === after.call.accessKeyId) return 2;
  return before.call.operation === 'StartExecution' ? 1 : 0;
};

/**
 * The longest chain of calls from the event's arrival that ends with `last`: a call is serial to another when it was sent
 * after that one's reply (DESIGN section 6). Dynamic programming over the calls in order of sending:
 *
 *     longest(call) = 1 + the longest chain among those whose reply came by the time it was sent
 *
 * Where several chains are equally long, the one is shown whose calls led to each other.
 */
export const longestChain = (calls: readonly OurCall[], last: OurCall): readonly OurCall[] => {
  const sent = calls
    .filter((one) => one !== last && repliedAt(one) <= last.call.sentAt)
    .toSorted((a, b) => a.call.sentAt - b.call.sentAt || a.call.index - b.call.index);
  const lengths = new Map<OurCall, number>();
  const byReply = [...sent].toSorted((a, b) => repliedAt(a) - repliedAt(b));
  let next = 0;
  let best = 0;
  for (const one of [...sent, last]) {
    for (; next < byReply.length; next += 1) {
      const replied = byReply[next];
      if (replied === undefined || repliedAt(replied) > one.call.sentAt) break;
      best = Math.max(best, lengths.get(replied) ?? 0);
    }
    lengths.set(one, best + 1);
  }
  const chain: OurCall[] = [last];
  for (let length = (lengths.get(last) ?? 1) - 1; length > 0; length -= 1) {
    const [after] = chain;
    if (after === undefined) break;
    const before = sent
      .filter((one) => lengths.get(one) === length && repliedAt(one) <= after.call.sentAt)
      .toSorted((a, b) => closeness(b, after) - closeness(a, after) || a.call.index - b.call.index)[0];
    if (before === undefined) break;
    chain.unshift(before);
  }
  return chain;
};

/** The serial calls between the event's arrival and the isolation of the last interface; undefined when none was isolated. */
export const serialCalls = (scene: Scene, opened: Opened): readonly OurCall[] | undefined => {
  const last = lastIsolatingCall(scene, opened);
  if (last === undefined) return undefined;
  const between = scene.calls.filter(
    (one) => one.call.sentAt >= opened.arrivedAt && !isForeign(scene, one, opened.incidentId),
  );
  return longestChain(between, last);
};

/** A call as it is shown, with times from the event's arrival. */
export const callRow = ({ call }: OurCall, since: number): CallRow => ({
  index: call.index,
  sentAfterMs: call.sentAt - since,
  ...(call.repliedAt === undefined ? {} : { repliedAfterMs: call.repliedAt - since }),
  caller: call.caller,
  service: call.service,
  operation: call.operation,
  region: call.region,
  outcome: typeof call.outcome === 'string' ? call.outcome : call.outcome.code,
});
