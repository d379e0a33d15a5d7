import {
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { servicesOf, type AccountFact, type DoctorFacts, type Reading } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { allPages, ask, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

/** A control policy of the organization, and where it is attached. */
export interface AttachedPolicy {
  readonly kind: 'SCP' | 'RCP';
  readonly name: string;
  /** JSON. */
  readonly content: string;
  /** Ids of roots, units and accounts. */
  readonly targets: readonly string[];
  /** AWS's own, which allows everything. */
  readonly isAws: boolean;
}

const KINDS = { SCP: 'SERVICE_CONTROL_POLICY', RCP: 'RESOURCE_CONTROL_POLICY' } as const;

/** Reads as the security account, which administers a service and so may: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_available-policies.html */
const asSecurity = <Value>(
  stage: Stage,
  work: (client: OrganizationsClient) => Promise<Value>,
): Promise<Reading<Value>> =>
  asViewer(stage, { viewer: 'security', region: stage.config.homeRegion }, (connection) =>
    reading(() => work(clientFor(OrganizationsClient, connection))),
  );

const accountsOf = async (client: OrganizationsClient): Promise<readonly AccountFact[]> => {
  const found = await allPages('organizations:ListAccounts', async (NextToken) => {
    const { Accounts: items, NextToken: next } = await client.send(new ListAccountsCommand({ NextToken }));
    return { items, next };
  });
  return found.map(({ Id = '', State, Status, Paths: [path = ''] = [] }) => ({
    id: Id,
    state: State ?? Status ?? 'UNKNOWN',
    // `o-.../r-.../ou-.../123456789012/`
    above: path.split('/').slice(1, -2),
  }));
};

const trustedOf = async (client: OrganizationsClient): Promise<readonly string[]> => {
  const found = await allPages('organizations:ListAWSServiceAccessForOrganization', async (NextToken) => {
    const { EnabledServicePrincipals: items, NextToken: next } = await client.send(
      new ListAWSServiceAccessForOrganizationCommand({ NextToken }),
    );
    return { items, next };
  });
  return found.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []);
};

const delegatedTo = async (client: OrganizationsClient, principal: string): Promise<readonly string[]> => {
  const found = await allPages('organizations:ListDelegatedAdministrators', async (NextToken) => {
    const { DelegatedAdministrators: items, NextToken: next } = await client.send(
      new ListDelegatedAdministratorsCommand({ ServicePrincipal: principal, NextToken }),
    );
    return { items, next };
  });
  return found.flatMap(({ Id }) => Id ?? []);
};

const policyTypesOf = async (client: OrganizationsClient): Promise<readonly string[]> => {
  const { Roots = [] } = await ask('organizations:ListRoots', () => client.send(new ListRootsCommand({})));
  return Roots.flatMap(({ PolicyTypes = [] }) =>
    PolicyTypes.filter(({ Status }) => Status === 'ENABLED').flatMap(({ Type }) => Type ?? []),
  );
};

/** Accounts, trusted access, delegations, kinds of policies. */
export const readOrganization = async (stage: Stage): Promise<DoctorFacts['organization']> => {
  const [accounts, trusted, policyTypes, ...delegated] = await Promise.all([
    asSecurity(stage, accountsOf),
    asSecurity(stage, trustedOf),
    asSecurity(stage, policyTypesOf),
    ...servicesOf(stage.config).map(async ({ principal }) => ({
      principal,
      accounts: await asSecurity(stage, (client) => delegatedTo(client, principal)),
    })),
  ]);
  return { accounts, trusted, policyTypes, delegated };
};

const targetsOf = async (client: OrganizationsClient, PolicyId: string): Promise<readonly string[]> => {
  const found = await allPages('organizations:ListTargetsForPolicy', async (NextToken) => {
    const { Targets: items, NextToken: next } = await client.send(
      new ListTargetsForPolicyCommand({ PolicyId, NextToken }),
    );
    return { items, next };
  });
  return found.flatMap(({ TargetId }) => TargetId ?? []);
};

/** What is attached of one kind. Of a policy that AWS attaches everywhere itself the targets are as many as the accounts: pages, and no more calls. */
const attachedOf = async (
  client: OrganizationsClient,
  kind: AttachedPolicy['kind'],
): Promise<readonly AttachedPolicy[]> => {
  const policies = await allPages('organizations:ListPolicies', async (NextToken) => {
    const { Policies: items, NextToken: next } = await client.send(
      new ListPoliciesCommand({ Filter: KINDS[kind], NextToken }),
    );
    return { items, next };
  });
  return Promise.all(
    policies.map(async ({ Id = '', Name = Id, AwsManaged = false }) => {
      const [targets, described] = await Promise.all([
        targetsOf(client, Id),
        ask('organizations:DescribePolicy', () => client.send(new DescribePolicyCommand({ PolicyId: Id }))),
      ]);
      return { kind, name: Name, content: described.Policy?.Content ?? '', targets, isAws: AwsManaged };
    }),
  );
};

/** Every SCP and RCP of the organization, with where it is attached. */
export const readControlPolicies = (stage: Stage): Promise<Reading<readonly AttachedPolicy[]>> =>
  asSecurity(stage, async (client) =>
    (await Promise.all([attachedOf(client, 'SCP'), attachedOf(client, 'RCP')])).flat(),
  );
