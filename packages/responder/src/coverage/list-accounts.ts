import { ListAccountsCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import type { SeenAccount } from '@cordon/incident/coverage';

/**
 * Every account of the organization, with its units (`Account.Paths`), as a delegated administrator may ask. A page may be empty and still
 * not be the last. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 */
export const listAccounts = async (client: OrganizationsClient): Promise<readonly SeenAccount[]> => {
  const seen: SeenAccount[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListAccountsCommand(token === undefined ? {} : { NextToken: token }));
    for (const { Id: id, Name: name = '', State: state, Paths: [path = ''] = [] } of page.Accounts ?? [])
      if (id !== undefined)
        seen.push({
          id,
          name,
          ...(state === undefined ? {} : { state }),
          path: path.endsWith(`${id}/`) ? path.slice(0, -id.length - 1) : path,
        });
    token = page.NextToken;
  } while (token !== undefined);
  return seen;
};
