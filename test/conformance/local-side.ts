import {
  addAddress,
  addImage,
  addInternetGateway,
  addSubnet,
  addVpc,
  createOrganization,
  ec2State,
  organizationState,
  type Organization,
} from '@cordon/local-aws';
import { clientsFor, REGION } from './clients.ts';
import { operationsOf } from './coverage.ts';
import { FURNITURE, IMAGE, NETWORK } from './furniture.ts';
import { Known } from './known.ts';
import { localPool } from './local-pool.ts';
import { localTemplate } from './local-template.ts';
import type { Side } from './side.ts';
import type { Keys } from './step.ts';

const MANAGEMENT = '210987654321';
const MEMBER = '345678901234';
const ORGANIZATION = 'o-conform001';
const ROOT = 'r-con1';
const UNIT = 'ou-con1-workload';

/** A look at something slow is one call, so calls take long: these looks are ten virtual minutes. */
const CALL_MS = 2_000;
const LOOKS = 300;

const organizationOf = (): Promise<Organization> => {
  const path = `${ORGANIZATION}/${ROOT}/${UNIT}/`;
  return createOrganization({
    seed: 'conformance',
    startAt: '2026-01-01T00:00:00Z',
    organizationId: ORGANIZATION,
    managementAccount: MANAGEMENT,
    rootId: ROOT,
    accounts: [
      { id: MANAGEMENT, name: 'master' },
      { id: MEMBER, name: FURNITURE.accountName, path },
    ],
    units: [{ path, name: FURNITURE.unit }],
    regions: [REGION],
    delegatedAdministrators: [],
    runtime: { inProcess: {} },
    latencyMs: CALL_MS,
  });
};

const DETAILS = { joinedAt: Date.parse('2025-06-01T00:00:00Z'), joinedMethod: 'CREATED' } as const;

const furnish = (organization: Organization): Readonly<Record<string, string>> => {
  const { world, ids } = organization;
  const { outputs } = organization.deploy(localTemplate(MEMBER), {
    account: MEMBER,
    region: REGION,
    stackName: 'conformance',
  });
  const { details, trustedServices } = world.of(organizationState, '', '');
  // As moto has it, which trusts StackSets without being asked.
  trustedServices.add('member.org.stacksets.cloudformation.amazonaws.com');
  details.set(MEMBER, { ...DETAILS, email: FURNITURE.accountEmail });
  // As moto has it, which makes an organization's first account by itself.
  details.set(MANAGEMENT, { ...DETAILS, joinedMethod: 'INVITED', email: 'master@example.com' });
  const state = world.of(ec2State, MEMBER, REGION);
  const { vpcId } = addVpc(state, { cidr: NETWORK.vpc, ownerId: MEMBER }, ids);
  const subnet = { vpcId, cidr: NETWORK.subnet, availabilityZone: NETWORK.zone };
  const { subnetId } = addSubnet(state, subnet, ids);
  const image = { name: IMAGE.name, ownerId: MEMBER, rootDeviceName: IMAGE.rootDevice, content: 'linux' };
  const { imageId } = addImage(state, { ...image, rootSizeGiB: IMAGE.sizeGiB }, ids);
  const { internetGatewayId } = addInternetGateway(state, { vpcId, routeTableIds: [] }, ids);
  const { allocationId } = addAddress(state, {}, ids);
  const acl = [...state.networkAcls.values()].find((held) => held.vpcId === vpcId);
  const table = [...state.routeTables.values()].find((held) => held.vpcId === vpcId);
  if (acl === undefined || table === undefined)
    throw new Error('the VPC has no network ACL or no route table: addVpc no longer makes them');
  return {
    vpc: vpcId,
    subnet: subnetId,
    image: imageId,
    'internet gateway': internetGatewayId,
    allocation: allocationId,
    acl: acl.networkAclId,
    'route table': table.routeTableId,
    'signing key': outputs['SigningKey'] ?? '',
    ...localPool(organization, { account: MEMBER, imageId }),
  };
};

/** The local organization, which also tells what it offers and what it was asked, each as `service:Operation`. */
export interface LocalSide extends Side {
  readonly operations: readonly string[];
  readonly called: () => ReadonlySet<string>;
}

/** The local organization behind a socket, as any client of another process meets it. */
export const localSide = async (): Promise<LocalSide> => {
  const organization = await organizationOf();
  const { url } = await organization.serve();
  const as = (keys: Keys) => clientsFor(url, keys);
  const administrator = (account: string) => {
    const { accessKeyId, secretAccessKey, sessionToken } = organization.credentialsFor(
      account,
      'administrator',
    );
    return as({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken });
  };
  const known = new Known({
    management: MANAGEMENT,
    member: MEMBER,
    organization: ORGANIZATION,
    root: ROOT,
    unit: UNIT,
    endpoint: url,
    ...furnish(organization),
  });
  return {
    member: administrator(MEMBER),
    management: administrator(MANAGEMENT),
    as,
    known,
    looks: LOOKS,
    during: (work) => organization.during(work),
    close: () => organization.close(),
    operations: operationsOf(organization),
    called: () =>
      new Set(organization.journal.calls.map(({ service, operation }) => `${service}:${operation}`)),
  };
};
