import type {
  ListServiceQuotasCommandInput,
  ListServiceQuotasCommandOutput,
} from '@aws-sdk/client-service-quotas';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { DEFAULT_QUOTAS, quotaState } from './state.ts';

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html (MaxResults) */
const PAGE_LIMIT = 100;

/**
 * Those quotas of a service that the local organization knows.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
 */
const listServiceQuotas = operation<
  ListServiceQuotasCommandInput,
  Omit<ListServiceQuotasCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'servicequotas:ListServiceQuotas', resource: '*' }],
  run: (input, { world, caller, region }) => {
    acceptMembers(input, 'ListServiceQuotas', ['ServiceCode', 'MaxResults', 'NextToken']);
    const { MaxResults: size = PAGE_LIMIT, NextToken: token, ServiceCode: service } = input;
    if (size < 1 || size > PAGE_LIMIT)
      throw new ServiceFault('IllegalArgumentException', `MaxResults is ${size}: want 1 to ${PAGE_LIMIT}`);
    const quotas = DEFAULT_QUOTAS.filter((quota) => quota.service === service);
    if (quotas.length === 0)
      throw new ServiceFault('NoSuchResourceException', `The service ${service} does not exist.`);
    const { applied } = world.of(quotaState, caller.account, region);
    const page = takePage(
      quotas,
      { token, size },
      () => new ServiceFault('InvalidPaginationTokenException', 'NextToken is not valid'),
    );
    return {
      Quotas: page.items.map(({ name, code, unit, adjustable, value }) => ({
        ServiceCode: service,
        QuotaName: name,
        Value: applied.get(`${service}/${name}`) ?? value,
        Unit: unit,
        Adjustable: adjustable,
        GlobalQuota: false,
        ...(code === undefined ? {} : { QuotaCode: code }),
      })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** Service Quotas, as far as quotas are read. */
export const serviceQuotasService: Service = {
  name: 'servicequotas',
  operations: { ListServiceQuotas: listServiceQuotas },
};
