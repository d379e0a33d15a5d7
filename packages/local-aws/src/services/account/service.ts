import type { ListRegionsCommandInput, ListRegionsCommandOutput } from '@aws-sdk/client-account';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { organizationState } from '../organizations/state.ts';
import { takePage } from '../page.ts';

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html (MaxResults) */
const PAGE_LIMIT = 50;

/** Regions that came after 2019-03-20 are asked for. https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const OPT_IN =
  /^(af-south-1|ap-east-[12]|ap-south-2|ap-southeast-[3-7]|ca-west-1|eu-central-2|eu-south-[12]|il-central-1|me-(central|south)-1|mx-central-1)$/;

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationException', message);

/**
 * The Regions of the organization, as the caller's own account has them. Of another account (`AccountId`) nothing is said here.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
 */
const listRegions = operation<ListRegionsCommandInput, Omit<ListRegionsCommandOutput, '$metadata'>>({
  checks: (_input, { world, caller }) => [
    {
      action: 'account:ListRegions',
      resource: `arn:${world.facts.partition}:account::${caller.account}:account`,
    },
  ],
  run: (input, { world, caller }) => {
    acceptMembers(input, 'ListRegions', ['MaxResults', 'NextToken']);
    const { MaxResults: size = PAGE_LIMIT, NextToken: token } = input;
    if (size < 1 || size > PAGE_LIMIT) throw invalid(`MaxResults is ${size}: want 1 to ${PAGE_LIMIT}`);
    const disabled = world.of(organizationState, '', '').disabledRegions.get(caller.account) ?? new Set();
    const page = takePage(world.facts.regions, { token, size }, () => invalid('NextToken is not valid'));
    return {
      Regions: page.items.map((RegionName) => ({
        RegionName,
        RegionOptStatus: disabled.has(RegionName)
          ? ('DISABLED' as const)
          : OPT_IN.test(RegionName)
            ? ('ENABLED' as const)
            : ('ENABLED_BY_DEFAULT' as const),
      })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** AWS Account Management, as far as an account's Regions are listed. */
export const accountService: Service = { name: 'account', operations: { ListRegions: listRegions } };
