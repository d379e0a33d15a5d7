import { takePage } from '../page.ts';
import { invalid } from './resources.ts';

/** One page of a list, and the token of the next as these operations name it. */
export const pageOf = <Item>(
  items: readonly Item[],
  {
    MaxResults,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  most: number,
): { readonly items: readonly Item[]; readonly NextToken?: string } => {
  const size = MaxResults ?? 100;
  if (size < 1 || size > most) throw invalid(`MaxResults ${size} is not between 1 and ${most}.`);
  const page = takePage(items, { token: NextToken, size }, (token) =>
    invalid(`NextToken ${token} is not valid.`),
  );
  return { items: page.items, ...(page.next === undefined ? {} : { NextToken: page.next }) };
};
