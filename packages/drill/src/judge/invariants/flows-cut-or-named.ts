import { ec2State, flowsOf, mayOpen, type Flow, type PathKind } from '@cordon/local-aws';
import { asking, SUPPLIER } from '../../world/furnish-traffic.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { contained, eventsOf, type Opened, type Scene } from '../scene.ts';

/** The words by which a statement of containment names a way that it leaves open; undefined where no tracked connection may stay. */
const NAMED_BY: Readonly<Record<PathKind, string | undefined>> = {
  'internet-gateway': 'an internet gateway',
  'egress-only-internet-gateway': 'an egress-only internet gateway',
  'nat-gateway': 'a NAT gateway',
  'gateway-endpoint': 'a gateway endpoint',
  peering: 'a VPC peering connection',
  'in-vpc': 'hosts of the same VPC',
  'in-subnet': 'hosts of the same VPC',
  'interface-endpoint': 'hosts of the same VPC',
  'network-load-balancer': 'hosts of the same VPC',
  resolver: 'the resolver of the VPC',
  // Neither groups nor ACLs hold for it, and it is no way out: aws-facts 2.2.
  metadata: undefined,
};

/** When an incident was first said to be contained, and what that statement leaves open. */
const statementOf = (
  scene: Scene,
  { incidentId }: Opened,
): { readonly at: number; readonly leftOpen: string } => {
  const [first] = eventsOf(scene, incidentId).filter(({ kind }) => kind === 'contained');
  return { at: first?.at ?? 0, leftOpen: (first?.reasons ?? []).join('\n') };
};

const isOpenAt = ({ openedAt, state }: Flow, at: number): boolean =>
  openedAt <= at && (state.kind === 'established' || state.at > at);

/** True for a name that findings tell, and for what is below it. */
const isTold = (name: string, asks: readonly string[]): boolean =>
  asks.some((one) => name === one || name.endsWith(`.${one}`));

/** Whether the statement names what a name is below of, as people write such names: a zone that is not blocked must be told. */
const isNamed = (name: string, leftOpen: string): boolean => {
  const labels = name.split('.');
  return labels.some((_, at) => at < labels.length - 1 && leftOpen.includes(labels.slice(at).join('[.]')));
};

/** The suspect's connections that lived when it was said to be contained, without a word about their kind. */
const unnamed = (scene: Scene, opened: Opened): readonly string[] => {
  const { at, leftOpen } = statementOf(scene, opened);
  const told = new Set((opened.suspect?.remotes ?? []).map(({ address }) => address));
  return flowsOf(scene.remains.organization.world, opened)
    .filter((flow) => isOpenAt(flow, at))
    .flatMap((flow) => {
      if (flow.asks !== undefined && isTold(flow.asks, opened.suspect?.asks ?? []))
        return isNamed(flow.asks, leftOpen)
          ? []
          : [`${opened.instanceId} is still answered when it asks for ${flow.asks}, which a finding names`];
      const what = `${opened.instanceId} still has ${flow.protocol} to ${flow.remoteAddress} by ${flow.path.kind}`;
      if (told.has(flow.remoteAddress) && !leftOpen.includes(flow.remoteAddress))
        return [`${what}, which a finding names`];
      const name = NAMED_BY[flow.path.kind];
      return name === undefined || leftOpen.includes(name)
        ? []
        : [`${what}, which the statement does not name`];
    });
};

/** New connections that the contained instance could open now. */
const openable = (scene: Scene, opened: Opened): readonly string[] => {
  const { account, region, suspect, incidentId } = opened;
  // Whoever was released talks again: that all is as it was is another invariant's.
  if (eventsOf(scene, incidentId).some(({ kind }) => kind === 'released')) return [];
  const { remains } = scene;
  const { world } = remains.organization;
  const state = world.of(ec2State, account, region);
  const { leftOpen } = statementOf(scene, opened);
  const remotes = [...(suspect?.remotes ?? []).map(({ address }) => address), SUPPLIER];
  return (suspect?.networkInterfaceIds ?? [])
    .filter((id) => state.networkInterfaces.has(id))
    .flatMap((networkInterfaceId) => [
      ...(suspect?.asks ?? [])
        .filter(
          (name) =>
            !isNamed(name, leftOpen) &&
            mayOpen(world, asking({ account, region, networkInterfaceId }, name)).allowed,
        )
        .map((name) => `${networkInterfaceId} would be answered if it asked for ${name}`),
      ...remotes
        .filter(
          (address) =>
            mayOpen(world, {
              account,
              region,
              networkInterfaceId,
              direction: 'outbound',
              protocol: 'tcp',
              remotePort: 443,
              remote: { address },
            }).allowed,
        )
        .map((address) => `${networkInterfaceId} could open a new connection to ${address}`),
    ]);
};

/**
 * Containment is judged by the connections that remain: none to a far end that a finding names, no other of a kind that the
 * statement does not name, and no new one, whatever the group of an interface says. So with names that it asks for.
 */
export const flowsCutOrNamed: Invariant = {
  id: 'flows-cut-or-named',
  judge: (scene) => {
    const judged = contained(scene);
    const { world } = scene.remains.organization;
    const flows = judged.flatMap((opened) => flowsOf(world, opened));
    if (flows.length === 0) return notJudged('no instance that was contained had a connection');
    const cut = flows.filter(({ state }) => state.kind === 'cut').length;
    return verdictOn(
      judged.flatMap((opened) => [...unnamed(scene, opened), ...openable(scene, opened)]),
      `of ${flows.length} connection(s) that ${judged.length} contained instance(s) had, ${cut} are cut, with every one that a finding names; the others are of kinds that the statement names; no new one can be opened`,
    );
  },
};
