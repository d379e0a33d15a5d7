import { ServiceFault } from '../../core/fault.ts';
import { takePage } from '../page.ts';

/** Results a page: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html and API_GetExecutionHistory.html */
const PAGE = { default: 100, most: 1_000 };

/** One page of a Step Functions list; 0 asks for the default, as no number does. Throws ServiceFault InvalidToken. */
export const statesPage = <Item>(
  all: readonly Item[],
  {
    maxResults = 0,
    nextToken,
  }: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
) =>
  takePage(
    all,
    { token: nextToken, size: Math.min(maxResults === 0 ? PAGE.default : maxResults, PAGE.most) },
    (token) => new ServiceFault('InvalidToken', `Invalid Token: '${token}'`),
  );
