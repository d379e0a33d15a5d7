import {
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  type InternetGateway,
  type NetworkAcl,
  type RouteTable,
  type Tag,
} from '@aws-sdk/client-ec2';
import { TAGS, type IncidentRef, type Lift, type LiftOf, type ReleaseFacts } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { RELEASE_PATH_READS } from '../needs/release.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { hasNoWayOut } from '../steps/cut-network.ts';

type Paths = ReleaseFacts['paths'];

/** What a release lifts in subnets and VPCs, by the account that owns them. */
type OnPaths = LiftOf<(typeof ON_PATHS)[number]>;
/** What else lies in an account (a DNS block, a chained session's deny) is read elsewhere. */
const ON_PATHS = [
  'remove-acl-entries',
  'restore-subnet-acl',
  'restore-subnet-routes',
  'attach-internet-gateway',
  'remove-closed-acl',
  'remove-empty-table',
] as const satisfies readonly Lift['kind'][];
const isOnPaths = (lift: Lift): lift is OnPaths => ON_PATHS.some((kind) => kind === lift.kind);

const isOurs = (tags: readonly Tag[] | undefined): boolean =>
  (tags ?? []).some(({ Key, Value }) => Key === TAGS.isolation && Value === 'true');

const subnetsOf = ({ Associations = [] }: Pick<NetworkAcl | RouteTable, 'Associations'>): readonly string[] =>
  Associations.flatMap(({ SubnetId }) => SubnetId ?? []);

const NONE: Paths = { acls: [], subnets: [], routeTableIds: [], gateways: [], ownThings: [] };

const vpcsOf = (lifts: readonly OnPaths[]): string[] => [
  ...new Set(lifts.flatMap((lift) => ('vpcId' in lift ? [lift.vpcId] : []))),
];

/** What was read, in the shape in which it is decided on. */
const pathsFrom = ({
  acls,
  routeTables,
  gateways,
  subnetIds,
}: {
  readonly acls: readonly NetworkAcl[];
  readonly routeTables: readonly RouteTable[];
  readonly gateways: readonly InternetGateway[];
  readonly subnetIds: readonly string[];
}): Paths => {
  return {
    acls: acls.map((acl) => ({
      networkAclId: acl.NetworkAclId ?? '',
      entries: (acl.Entries ?? []).map((entry) => ({
        ruleNumber: entry.RuleNumber ?? 0,
        egress: entry.Egress === true,
        allow: entry.RuleAction !== 'deny',
        cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
      })),
    })),
    subnets: [...new Set(subnetIds)].flatMap((subnetId) => {
      const acl = acls.find((one) => subnetsOf(one).includes(subnetId))?.NetworkAclId;
      const routeTableId = routeTables.find((one) => subnetsOf(one).includes(subnetId))?.RouteTableId;
      // Each subnet has an ACL: one that none names is gone.
      return acl === undefined
        ? []
        : [{ subnetId, networkAclId: acl, ...(routeTableId === undefined ? {} : { routeTableId }) }];
    }),
    routeTableIds: routeTables.flatMap(({ RouteTableId }) => RouteTableId ?? []),
    gateways: gateways.map(({ InternetGatewayId = '', Attachments = [] }) => ({
      internetGatewayId: InternetGatewayId,
      ...(Attachments[0]?.VpcId === undefined ? {} : { vpcId: Attachments[0].VpcId }),
    })),
    ownThings: [
      ...acls
        .filter(({ Tags }) => isOurs(Tags))
        .map((acl) => ({
          kind: 'remove-closed-acl' as const,
          id: acl.NetworkAclId ?? '',
          vpcId: acl.VpcId ?? '',
          usedBy: subnetsOf(acl),
          ...(acl.Entries?.some(({ RuleAction }) => RuleAction === 'allow') === true ? { open: true } : {}),
        })),
      ...routeTables
        .filter(({ Tags }) => isOurs(Tags))
        .map((table) => ({
          kind: 'remove-empty-table' as const,
          id: table.RouteTableId ?? '',
          vpcId: table.VpcId ?? '',
          usedBy: subnetsOf(table),
          ...(hasNoWayOut(table) ? {} : { open: true }),
        })),
    ],
  };
};

const readIn = async (
  incident: IncidentRef,
  lifts: readonly OnPaths[],
  { services, duty }: { readonly services: Services; readonly duty: 'inspect' | 'release' },
): Promise<Paths> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty,
    policy: sessionPolicy({ reads: RELEASE_PATH_READS }),
  });
  const ec2 = clientFor(EC2Client, connection);
  const vpcs = vpcsOf(lifts);
  const aclIds = lifts.flatMap((lift) => ('networkAclId' in lift ? [lift.networkAclId] : []));
  const inVpcs = vpcs.length === 0 ? undefined : [{ Name: 'vpc-id', Values: vpcs }];
  const [named, ofVpcs, tables, gateways] = await Promise.all([
    aclIds.length === 0
      ? undefined
      : ec2.send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'network-acl-id', Values: aclIds }] })),
    inVpcs === undefined ? undefined : ec2.send(new DescribeNetworkAclsCommand({ Filters: inVpcs })),
    inVpcs === undefined ? undefined : ec2.send(new DescribeRouteTablesCommand({ Filters: inVpcs })),
    lifts.some(({ kind }) => kind === 'attach-internet-gateway')
      ? ec2.send(new DescribeInternetGatewaysCommand({ MaxResults: 1_000 }))
      : undefined,
  ]);
  const acls = [
    ...new Map(
      [...(named?.NetworkAcls ?? []), ...(ofVpcs?.NetworkAcls ?? [])].map((acl) => [acl.NetworkAclId, acl]),
    ).values(),
  ];
  const routeTables = tables?.RouteTables ?? [];
  const subnetIds = lifts.flatMap((lift) => ('subnetId' in lift ? [lift.subnetId] : []));
  return pathsFrom({ acls, routeTables, gateways: gateways?.InternetGateways ?? [], subnetIds });
};

/** Reads subnets, ACLs, tables and gateways that containment touched, each in the account that owns them: with the release duty, or with that of the watch. */
export const readPaths = async (
  lifts: readonly Lift[],
  {
    services,
    incident,
    duty = 'release',
  }: {
    readonly services: Services;
    readonly incident: IncidentRef;
    readonly duty?: 'inspect' | 'release';
  },
): Promise<Paths> => {
  const onPaths = lifts.filter(isOnPaths);
  const byAccount = Map.groupBy(onPaths, ({ account }) => account);
  const read = await Promise.all(
    [...byAccount].map(([account, mine]) => readIn({ ...incident, account }, mine, { services, duty })),
  );
  return read.reduce(
    (sum, one) => ({
      acls: [...sum.acls, ...one.acls],
      subnets: [...sum.subnets, ...one.subnets],
      routeTableIds: [...sum.routeTableIds, ...one.routeTableIds],
      gateways: [...sum.gateways, ...one.gateways],
      ownThings: [...sum.ownThings, ...one.ownThings],
    }),
    NONE,
  );
};
