import {
  ActivateOrganizationsAccessCommand,
  CloudFormationClient,
  ListStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import type { CordonConfig } from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import { rolloutTemplate } from './product-templates.ts';

/** The unit that the StackSets bring their templates to; accounts that join later come into it. */
export const ROLLED_OUT_UNIT = 'ou-root-protected';

/** Who administers StackSets, by the name that trusted access goes by. */
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const FIRST_SET = 'CordonMemberAccount';

const clients = (organization: Organization, config: CordonConfig) => {
  const settings = {
    region: config.homeRegion,
    credentials: organization.credentialsFor(config.accounts.management, 'administrator'),
    requestHandler: organization.requestHandler,
  };
  return { organizations: new OrganizationsClient(settings), sets: new CloudFormationClient(settings) };
};

/**
 * Brings the members' templates into the accounts of the unit as a deployment does: trusted access, a delegated administrator, and the stack of
 * StackSets in the security account; then lets the operations end.
 */
export const rollOut = async (organization: Organization, config: CordonConfig): Promise<void> => {
  const { organizations, sets } = clients(organization, config);
  const { security } = config.accounts;
  await organization.during(async () => {
    await sets.send(new ActivateOrganizationsAccessCommand({}));
    await organizations.send(
      new RegisterDelegatedAdministratorCommand({ AccountId: security, ServicePrincipal: STACK_SETS }),
    );
  });
  organization.deploy(rolloutTemplate(), {
    account: security,
    region: config.homeRegion,
    stackName: 'CordonRollout',
    parameters: { TargetUnits: ROLLED_OUT_UNIT },
  });
  await organization.run();
};

/**
 * Moves accounts from their unit, or the root, into the one that is rolled out to and lets automatic deployment end: nobody of ours does anything.
 *
 * @throws Error where a stack of one of them is not there afterwards: a world in which nothing can be contained judges nothing
 */
export const joinUnit = async (
  organization: Organization,
  config: CordonConfig,
  { accounts, from }: { readonly accounts: readonly string[]; readonly from: string },
): Promise<void> => {
  const { organizations, sets } = clients(organization, config);
  await organization.during(async () => {
    for (const AccountId of accounts)
      await organizations.send(
        new MoveAccountCommand({
          AccountId,
          SourceParentId: from,
          DestinationParentId: ROLLED_OUT_UNIT,
        }),
      );
  });
  await organization.run();
  for (const StackInstanceAccount of accounts) {
    const { Summaries = [] } = await organization.during(() =>
      sets.send(new ListStackInstancesCommand({ StackSetName: FIRST_SET, StackInstanceAccount })),
    );
    const broken = Summaries.filter(({ Status }) => Status !== 'CURRENT');
    if (Summaries.length === 0 || broken.length > 0)
      throw new Error(
        `account ${StackInstanceAccount} joined ${ROLLED_OUT_UNIT}, and ${FIRST_SET} is not there: ${JSON.stringify(broken.slice(0, 3))}`,
      );
  }
};
