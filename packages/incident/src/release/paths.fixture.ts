import type { InstanceFacts } from '../plan/facts.ts';
import { stepsOf, type Plan } from '../plan/steps.ts';
import type { Lift } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';

type Paths = ReleaseFacts['paths'];

/** The networks once everything of the plan was done to them. */
export const containedPaths = (facts: InstanceFacts, plan: Plan): Paths => {
  const denied = stepsOf(plan, 'deny-remote-addresses');
  const closed = stepsOf(plan, 'cut-subnet');
  const emptied = stepsOf(plan, 'cut-routes');
  const detached = stepsOf(plan, 'detach-internet-gateway');
  const own = (
    kind: 'remove-closed-acl' | 'remove-empty-table',
    steps: readonly { vpcId: string; subnetId: string }[],
  ) =>
    [...Map.groupBy(steps, ({ vpcId }) => vpcId)].map(([vpcId, mine]) => ({
      kind,
      id: `${kind}-${vpcId}`,
      vpcId,
      usedBy: mine.map(({ subnetId }) => subnetId),
    }));
  return {
    acls: [
      ...facts.networkAcls.map(({ networkAclId, entries }) => ({
        networkAclId,
        entries: [
          ...entries,
          ...denied
            .filter((step) => step.networkAclId === networkAclId)
            .flatMap((step) => step.entries.map((entry) => ({ ...entry, allow: false }))),
        ],
      })),
      ...own('remove-closed-acl', closed).map(({ id }) => ({ networkAclId: id, entries: [] })),
    ],
    subnets: facts.subnets.map(({ subnetId, vpcId, networkAclId = '', routeTableId }) => {
      const table = emptied.some((step) => step.subnetId === subnetId)
        ? `remove-empty-table-${vpcId}`
        : routeTableId;
      return {
        subnetId,
        networkAclId: closed.some((step) => step.subnetId === subnetId)
          ? `remove-closed-acl-${vpcId}`
          : networkAclId,
        ...(table === undefined ? {} : { routeTableId: table }),
      };
    }),
    routeTableIds: facts.subnets.flatMap(({ routeTableId }) => routeTableId ?? []),
    gateways: detached.map(({ internetGatewayId }) => ({ internetGatewayId })),
    ownThings: [...own('remove-closed-acl', closed), ...own('remove-empty-table', emptied)],
  };
};

const without = (
  paths: Paths,
  subnetId: string,
  kind: Paths['ownThings'][number]['kind'],
): Paths['ownThings'] =>
  paths.ownThings.map((thing) =>
    thing.kind === kind ? { ...thing, usedBy: thing.usedBy.filter((id) => id !== subnetId) } : thing,
  );

/** Does to the networks what one lift does to the world; undefined for a lift that is none of theirs. */
export const liftedPaths = (paths: Paths, lift: Lift): Paths | undefined => {
  switch (lift.kind) {
    case 'remove-acl-entries':
      return {
        ...paths,
        acls: paths.acls.map((acl) =>
          acl.networkAclId === lift.networkAclId
            ? {
                ...acl,
                entries: acl.entries.filter(
                  (one) =>
                    !lift.entries.some(
                      (ours) => ours.ruleNumber === one.ruleNumber && ours.egress === one.egress,
                    ),
                ),
              }
            : acl,
        ),
      };
    case 'restore-subnet-acl':
      return {
        ...paths,
        subnets: paths.subnets.map((one) =>
          one.subnetId === lift.subnetId ? { ...one, networkAclId: lift.networkAclId } : one,
        ),
        ownThings: without(paths, lift.subnetId, 'remove-closed-acl'),
      };
    case 'restore-subnet-routes':
      return {
        ...paths,
        subnets: paths.subnets.map(({ routeTableId, ...one }) => {
          const table = one.subnetId === lift.subnetId ? lift.routeTableId : routeTableId;
          return table === undefined ? one : { ...one, routeTableId: table };
        }),
        ownThings: without(paths, lift.subnetId, 'remove-empty-table'),
      };
    case 'attach-internet-gateway':
      return {
        ...paths,
        gateways: paths.gateways.map((one) =>
          one.internetGatewayId === lift.internetGatewayId ? { ...one, vpcId: lift.vpcId } : one,
        ),
      };
    case 'remove-closed-acl':
    case 'remove-empty-table':
      return {
        ...paths,
        ownThings: paths.ownThings.filter(({ kind, vpcId }) => kind !== lift.kind || vpcId !== lift.vpcId),
      };
    default:
      return undefined;
  }
};
