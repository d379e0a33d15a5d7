import type { ServiceFault } from '../../core/fault.ts';
import { badRequest } from './detector-target.ts';

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html */
const PAGE_LIMIT = 50;

/** Items in a page that was asked for. @throws ServiceFault BadRequestException where it is no such number */
export const pageSize = (asked: number | undefined): number => {
  const size = asked ?? PAGE_LIMIT;
  if (size < 1 || size > PAGE_LIMIT)
    throw badRequest('The request is rejected because the parameter maxResults is out of range.');
  return size;
};

/** The answer to a token that is none of ours. */
export const badToken = (): ServiceFault =>
  badRequest('The request is rejected because the parameter nextToken has an invalid value.');
