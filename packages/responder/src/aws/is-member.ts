import { DescribeAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Services } from '../services.ts';
import { faultCode } from './classify.ts';
import { clientFor } from './connection.ts';

/** Whether an account is of this organization. https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html */
export const isMember = async (account: string, services: Services): Promise<boolean> => {
  try {
    await clientFor(OrganizationsClient, services.own).send(
      new DescribeAccountCommand({ AccountId: account }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'AccountNotFoundException') return false;
    throw error;
  }
};
