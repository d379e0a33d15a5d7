import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListAccountsCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { clientsFor, type Clients } from './clients.ts';
import { FURNITURE } from './furniture.ts';
import { Known } from './known.ts';
import { given, makeNetwork } from './moto-network.ts';
import { motoPool } from './moto-pool.ts';
import { furnishServices } from './moto-services.ts';
import type { Side } from './side.ts';
import type { Keys } from './step.ts';

/** The account that moto gives keys which it does not know; to tell it of another would make that the account of all keys. */
const MANAGEMENT = '123456789012';

/** Nothing takes time there. */
const LOOKS = 2;

/** Any keys will do: moto checks no signature. */
const ROOT_KEYS: Keys = { AccessKeyId: 'conformance', SecretAccessKey: 'conformance' };

const makeOrganization = async ({ organizations }: Clients) => {
  const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots } = await organizations.send(new ListRootsCommand());
  const root = given(Roots?.[0]?.Id, 'root');
  const { OrganizationalUnit } = await organizations.send(
    new CreateOrganizationalUnitCommand({ ParentId: root, Name: FURNITURE.unit }),
  );
  const unit = given(OrganizationalUnit?.Id, 'unit');
  await organizations.send(
    new CreateAccountCommand({ AccountName: FURNITURE.accountName, Email: FURNITURE.accountEmail }),
  );
  const { Accounts } = await organizations.send(new ListAccountsCommand());
  const member = given(Accounts?.find(({ Name }) => Name === FURNITURE.accountName)?.Id, 'account');
  await organizations.send(
    new MoveAccountCommand({ AccountId: member, SourceParentId: root, DestinationParentId: unit }),
  );
  return { organization: given(Organization?.Id, 'organization'), root, unit, member };
};

/** The emulator, furnished by its own operations as the local organization is by a template. */
export const motoSide = async (url: string): Promise<Side> => {
  const as = (keys: Keys) => clientsFor(url, keys);
  const management = as(ROOT_KEYS);
  const organization = await makeOrganization(management);
  const { Credentials } = await management.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${organization.member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'session',
    }),
  );
  const member = as(Credentials ?? {});
  const signingKey = await furnishServices(member, organization.member);
  const network = await makeNetwork(member);
  const place = { account: organization.member, imageId: given(network['image'], 'image') };
  const known = new Known({
    management: MANAGEMENT,
    endpoint: url,
    'signing key': given(signingKey, 'signing key'),
    ...organization,
    ...network,
    ...(await motoPool(member, place)),
  });
  return {
    member,
    management,
    as,
    known,
    looks: LOOKS,
    during: (work) => work(),
    close: () => Promise.resolve(),
  };
};
