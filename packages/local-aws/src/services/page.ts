/** Part of a longer list, and the token that gives the part after it; no token when the list has ended. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

const TOKEN_PREFIX = 'after-';

/**
 * Cuts one page out of a list that stays the same between calls.
 *
 * @param asked `size` items at most; `token` as an earlier page gave it
 * @param refuse makes the service's own error for a token that no page gave
 */
export const takePage = <Item>(
  items: readonly Item[],
  asked: { readonly token: string | undefined; readonly size: number },
  refuse: (token: string) => Error,
): Page<Item> => {
  const { token, size } = asked;
  const start =
    token === undefined
      ? 0
      : Number(token.startsWith(TOKEN_PREFIX) ? token.slice(TOKEN_PREFIX.length) : Number.NaN);
  if (token !== undefined && !(Number.isInteger(start) && start > 0 && start <= items.length))
    throw refuse(token);
  const end = start + size;
  return end < items.length
    ? { items: items.slice(start, end), next: `${TOKEN_PREFIX}${end}` }
    : { items: items.slice(start) };
};
